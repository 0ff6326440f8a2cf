import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { CancelShipment } from '@emporium/contracts';
import { lambdaContext, mockTable, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb, writes } = mockTable(resources);

const run = (input: object = event) => handler(input, lambdaContext('cancelShipment'));

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

testTask(
  CancelShipment,
  event,
  (input) => {
    found();
    return run(input);
  },
  () => expect(writes()).toEqual([]),
);
