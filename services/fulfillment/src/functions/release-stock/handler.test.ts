import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

linkForTest(resources);
const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  dynamodb.reset();
  dynamodb.on(TransactWriteCommand).resolves({});
});

const run = (input: object = event) => handler(input, lambdaContext('releaseStock'));
const writes = () =>
  dynamodb
    .commandCalls(TransactWriteCommand)
    .map(({ args }) => args[0].input.TransactItems?.map(({ Put }) => Put?.Item?.status ?? Put?.Item?.kind));

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

test('names the field that breaks the contract', async () => {
  await expect(run({ ...event, orderId: 'ord_1' })).rejects.toMatchObject({
    name: 'InvalidTaskInput',
    message: expect.stringContaining('orderId'),
  });
  expect(writes()).toEqual([]);
});
