import { ProductPublished, ProductRetired } from '@emporium/contracts';
import { captureLogs, lambdaContext, type QueuedEvent, sqsEvent } from '@emporium/testing';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { logger } from '../observability.ts';
import { eventHandler, type ReceivedEvent } from './handler.ts';

type Received = ReceivedEvent<typeof ProductPublished | typeof ProductRetired>;

let logs: ReturnType<typeof captureLogs>;
beforeEach(() => {
  logger.setLogLevel('INFO');
  logs = captureLogs();
});
afterEach(() => logs.stop());

const events = [ProductPublished, ProductRetired];
const published = (sku = 'MUG', more = {}): QueuedEvent => ({
  contract: ProductPublished,
  data: { sku, name: 'Mug', price: { amount: 999, currency: 'EUR' }, version: 1 },
  ...more,
});
const retired: QueuedEvent = { contract: ProductRetired, data: { sku: 'CUP', version: 2 } };

const run = async (batch: readonly QueuedEvent[], consume: (event: Received) => Promise<void>) => {
  const { batchItemFailures } = await eventHandler({ events }, consume)(
    sqsEvent(batch),
    lambdaContext('onProductPublished'),
  );
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

test('each event arrives with its name, its data and where it comes from', async () => {
  const received: unknown[] = [];
  const failures = await run(
    [published('MUG', { id: 'evt_1', correlationId: 'c-1' }), retired],
    async (event) => {
      // The name tells the type of the data.
      received.push(
        event.name === 'ProductPublished' ? event.data.price.amount : event.data.version,
        event.id,
      );
      if (event.id === 'evt_1')
        expect(event).toMatchObject({ correlationId: 'c-1', occurredAt: '2026-01-01T00:00:00.000Z' });
    },
  );
  expect(failures).toEqual([]);
  expect(received).toEqual([999, 'evt_1', 2, 'evt_01JZ8K3V5T2M4N6P8Q0R1S0001']);
});

test('only what failed is delivered again', async () => {
  const failures = await run(
    [published('A'), published('B', { correlationId: 'c-b' }), retired],
    async ({ data }) => {
      if (data.sku === 'B') throw new Error('no shelf for B');
    },
  );
  expect(failures).toEqual(['message-1']);
  expect(logs.lines).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      message: 'ProductPublished failed',
      correlationId: 'c-b',
      error: expect.objectContaining({ message: 'no shelf for B' }),
    }),
  );
});

const envelope = { source: 'emporium.catalog', 'detail-type': 'ProductRetired' };
const metadata = { id: 'evt_1', occurredAt: '2026-01-01T00:00:00.000Z', correlationId: 'c' };

test.each([
  ['no JSON', 'oops', 'the message is not JSON'],
  ['no event', '{}', 'source'],
  ['null', 'null', 'No event'],
  ['an event without metadata', JSON.stringify({ ...envelope, detail: { data: {} } }), 'detail.metadata'],
  [
    'data that breaks the contract',
    JSON.stringify({ ...envelope, detail: { metadata, data: { sku: 'A' } } }),
    'version',
  ],
  [
    'another event',
    JSON.stringify({ ...envelope, 'detail-type': 'Other', detail: { metadata, data: {} } }),
    'emporium.catalog/Other is none',
  ],
  [
    'an event of somebody else',
    JSON.stringify({ ...envelope, source: 'x', detail: { metadata, data: {} } }),
    'x/ProductRetired is none',
  ],
])('%s fails alone, and the log says why', async (_, body, reason) => {
  const consume = jest.fn<(event: Received) => Promise<void>>().mockResolvedValue();
  expect(await run([{ body }, retired], consume)).toEqual(['message-0']);
  expect(consume).toHaveBeenCalledTimes(1);
  const line = logs.lines.find(({ level }) => level === 'ERROR');
  expect(line).toMatchObject({ messageId: 'message-0', error: { message: expect.stringContaining(reason) } });
});

test('exactly the failed messages are reported, whatever the batch holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('good', 'bad', 'unreadable'), { maxLength: 10 }),
      async (kinds) => {
        const batch = kinds.map((kind) =>
          kind === 'unreadable' ? { body: '{' } : published(kind.toUpperCase()),
        );
        const failures = await run(batch, async ({ data }) => {
          if (data.sku === 'BAD') throw new Error();
        });
        expect(failures).toEqual(
          kinds.flatMap((kind, index) => (kind === 'good' ? [] : [`message-${index}`])),
        );
      },
    ),
    { numRuns: 50 },
  );
});
