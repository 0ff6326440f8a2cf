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

const run = (input: object = event) => handler(input, lambdaContext('requestShipment'));
const writes = () =>
  dynamodb
    .commandCalls(TransactWriteCommand)
    .map(({ args }) => args[0].input.TransactItems?.map(({ Put }) => Put?.Item?.status ?? Put?.Item?.kind));

const { orderId } = event;
const reservation = { kind: 'reservation', orderId, lines: [], status: 'reserved', held: 0 };
const shipment = {
  kind: 'shipment',
  orderId,
  shipmentId: 'shp_01JZ8K40CQ7W9X1Y3Z5A7B9C1D',
  status: 'requested',
};
const found = (...Items: Record<string, unknown>[]) => dynamodb.on(QueryCommand).resolvesOnce({ Items });

test('asks for the parcel, while the stock is reserved, in one transaction with its event', async () => {
  found(reservation);
  expect(await run()).toEqual({ orderId, shipmentId: expect.stringMatching(/^shp_/) });
  expect(writes()).toEqual([['requested', undefined, 'pointer', 'outbox']]);
});

test('a repeat gets the first shipment', async () => {
  found(reservation, shipment);
  expect(await run()).toEqual({ orderId, shipmentId: shipment.shipmentId });
  expect(writes()).toEqual([]);
});

test.each([
  ['ShipmentCancelled', [reservation, { ...shipment, status: 'cancelled' }]],
  ['ShipmentCancelled', [{ kind: 'shipment', orderId, status: 'barred' }]],
  ['NotReserved', [{ ...reservation, status: 'released' }]],
  ['NotReserved', []],
])('says %s', async (name, items) => {
  found(...items);
  await expect(run()).rejects.toMatchObject({ name });
});

test('names the field that breaks the contract', async () => {
  await expect(run({ ...event, orderId: 'ord_1' })).rejects.toMatchObject({
    name: 'InvalidTaskInput',
    message: expect.stringContaining('orderId'),
  });
  expect(writes()).toEqual([]);
});
