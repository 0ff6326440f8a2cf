import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
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
/** What the table holds, which is not what most calls find. */
const found = (...Items: Record<string, unknown>[]) => {
  const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }, ...Array(3).fill({ Code: 'None' })];
  const refusal = { message: '', $metadata: {}, CancellationReasons };
  dynamodb.on(TransactWriteCommand).rejectsOnce(new TransactionCanceledException(refusal)).resolves({});
  dynamodb.on(QueryCommand).resolvesOnce({ Items });
};
const asked = ['requested', undefined, 'pointer', 'outbox'];

test('asks for the parcel, while the stock is reserved, in one transaction with its event', async () => {
  expect(await run()).toEqual({ orderId, shipmentId: expect.stringMatching(/^shp_/) });
  expect(writes()).toEqual([asked]);
  expect(dynamodb.calls()).toHaveLength(1);
});

test('asks again where only something passing was in the way', async () => {
  found(reservation);
  expect(await run()).toEqual({ orderId, shipmentId: expect.stringMatching(/^shp_/) });
  expect(writes()).toEqual([asked, asked]);
});

test('a repeat gets the first shipment', async () => {
  found(reservation, shipment);
  expect(await run()).toEqual({ orderId, shipmentId: shipment.shipmentId });
  expect(writes()).toEqual([asked]);
});

test.each([
  ['ShipmentCancelled', [reservation, { ...shipment, status: 'cancelled' }]],
  ['ShipmentCancelled', [{ kind: 'shipment', orderId, status: 'barred' }]],
  ['NotReserved', [{ ...reservation, status: 'released' }]],
  ['NotReserved', []],
])('says %s', async (name, items) => {
  found(...items);
  await expect(run()).rejects.toMatchObject({ name });
  expect(writes()).toEqual([asked]);
});

testTask(RequestShipment, event, run, () => expect(writes()).toEqual([]));
