import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
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

const run = (input: object = event) => handler(input, lambdaContext('cancelShipment'));
const writes = () =>
  dynamodb
    .commandCalls(TransactWriteCommand)
    .map(({ args }) => args[0].input.TransactItems?.map(({ Put }) => Put?.Item?.status ?? Put?.Item?.kind));

const { orderId } = event;
const shipment = { kind: 'shipment', orderId, shipmentId: 'shp_01JZ8K40CQ7W9X1Y3Z5A7B9C1D' };
const found = (...Items: Record<string, unknown>[]) => dynamodb.on(QueryCommand).resolvesOnce({ Items });

test('cancels what has not left, in one transaction with its event', async () => {
  found({ ...shipment, status: 'requested' });
  expect(await run()).toEqual({ orderId, status: 'cancelled' });
  expect(writes()).toEqual([['cancelled', 'outbox']]);
});

test('without a shipment leaves a tombstone', async () => {
  found();
  expect(await run()).toEqual({ orderId, status: 'cancelled' });
  expect(writes()).toEqual([['barred']]);
});

test('says AlreadyDispatched', async () => {
  found({ ...shipment, status: 'dispatched' });
  await expect(run()).rejects.toMatchObject({ name: 'AlreadyDispatched' });
});

test('names the field that breaks the contract', async () => {
  await expect(run({ ...event, orderId: 'ord_1' })).rejects.toMatchObject({
    name: 'InvalidTaskInput',
    message: expect.stringContaining('orderId'),
  });
  expect(writes()).toEqual([]);
});
