import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { RequestShipment } from '@emporium/contracts';
import { lambdaContext, mockTable, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb, writes } = mockTable(resources);

const run = (input: object = event) => handler(input, lambdaContext('requestShipment'));

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

testTask(
  RequestShipment,
  event,
  (input) => {
    found(reservation);
    return run(input);
  },
  () => expect(writes()).toEqual([]),
);
