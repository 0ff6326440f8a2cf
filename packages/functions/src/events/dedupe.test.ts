import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ProductRetired } from '@emporium/contracts';
import { lambdaContext, type QueuedEvent, sqsEvent } from '@emporium/testing';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { logger } from '../observability.ts';
import { dedupeIn } from './dedupe.ts';
import { eventHandler } from './handler.ts';

const dynamo = mockClient(DynamoDBDocumentClient);
const items = new Map<string, Record<string, unknown>>();

beforeEach(() => {
  logger.setLogLevel('SILENT');
  items.clear();
  dynamo.reset();
  dynamo.on(GetCommand).callsFake(({ Key }) => {
    const Item = items.get(Key.pk);
    return Item ? { Item } : {};
  });
  dynamo.on(PutCommand).callsFake(({ Item }) => {
    items.set(Item.pk, Item);
    return {};
  });
});

const consume = jest.fn<() => Promise<void>>();
beforeEach(() => {
  consume.mockReset().mockResolvedValue();
});

const dedupe = dedupeIn({ name: 'OrdersTable' }, { now: () => 1_000_000_000 });
const deliver = async (functionName: string, ...ids: string[]) => {
  const batch = ids.map(
    (id): QueuedEvent => ({ contract: ProductRetired, data: { sku: 'A', version: 1 }, id }),
  );
  const handler = eventHandler({ events: [ProductRetired], dedupe }, consume);
  return (await handler(sqsEvent(batch), lambdaContext(functionName))).batchItemFailures.length;
};

test('an event that was dealt with is left out for fourteen days', async () => {
  await deliver('a', 'evt_1');
  await deliver('a', 'evt_1');
  expect(consume).toHaveBeenCalledTimes(1);
  expect(items.get('EVENT#a#evt_1')).toEqual({
    pk: 'EVENT#a#evt_1',
    sk: 'EVENT',
    kind: 'event',
    expiresAt: 1_000_000 + 14 * 24 * 60 * 60,
  });
});

test('each consumer remembers for itself', async () => {
  await deliver('a', 'evt_1');
  await deliver('b', 'evt_1');
  expect(consume).toHaveBeenCalledTimes(2);
});

test('twins in one batch are dealt with once, and share their fate', async () => {
  expect(await deliver('a', 'evt_1', 'evt_1', 'evt_2')).toBe(0);
  expect(consume).toHaveBeenCalledTimes(2);
  consume.mockRejectedValue(new Error());
  expect(await deliver('a', 'evt_3', 'evt_3')).toBe(2);
});

test('an event that failed is not marked', async () => {
  consume.mockRejectedValueOnce(new Error());
  expect(await deliver('a', 'evt_1')).toBe(1);
  expect(await deliver('a', 'evt_1')).toBe(0);
  expect(consume).toHaveBeenCalledTimes(2);
});

test('a crash between the work and the mark leads to a repeat, never to a loss', async () => {
  dynamo.on(PutCommand).rejectsOnce(new Error('crashed'));
  expect(await deliver('a', 'evt_1')).toBe(1);
  expect(await deliver('a', 'evt_1')).toBe(0);
  expect(consume).toHaveBeenCalledTimes(2);
});

test('a look-up that fails lets nothing through unchecked', async () => {
  dynamo.on(GetCommand).rejectsOnce(new Error('throttled'));
  expect(await deliver('a', 'evt_1')).toBe(1);
  expect(consume).not.toHaveBeenCalled();
});
