import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { ReleaseStock } from '@emporium/contracts';
import { lambdaContext, mockTable, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb, writes } = mockTable(resources);

const run = (input: object = event) => handler(input, lambdaContext('releaseStock'));

const lines = [{ sku: 'MUG-BLUE', quantity: 2 }];
const found = (status: string, held: number) =>
  dynamodb.on(GetCommand).resolves({ Item: { ...event, lines, status, held } });

test('gives the stock back in one transaction with its event', async () => {
  found('reserved', 1);
  expect(await run()).toEqual({ orderId: event.orderId, status: 'released' });
  expect(writes()).toEqual([['released', undefined, 'outbox']]);
});

test('without a reservation leaves a tombstone', async () => {
  dynamodb.on(GetCommand).resolves({});
  expect(await run()).toEqual({ orderId: event.orderId, status: 'released' });
  expect(writes()).toEqual([['released']]);
});

test.each(['released', 'refused'])('has nothing to do when %s', async (status) => {
  found(status, 0);
  expect(await run()).toEqual({ orderId: event.orderId, status: 'released' });
  expect(writes()).toEqual([]);
});

test('can not take back what has left', async () => {
  found('shipped', 0);
  await expect(run()).rejects.toMatchObject({ name: 'AlreadyDispatched' });
});

testTask(
  ReleaseStock,
  event,
  (input) => {
    dynamodb.on(GetCommand).resolves({});
    return run(input);
  },
  () => expect(writes()).toEqual([]),
);
