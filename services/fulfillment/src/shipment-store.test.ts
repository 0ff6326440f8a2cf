import { newId } from '@emporium/functions';
import { useTables } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { onHand } from './domain/stock.ts';
import {
  cancel,
  count,
  dispatch,
  factsOf,
  newSku,
  outcomes,
  release,
  request,
  reserve,
  shop,
  stockOf,
} from './test-helpers.ts';

useTables(resources);

const reserved = async (quantity = 5) => {
  const sku = await newSku(quantity);
  const orderId = newId('ord');
  await reserve(orderId, sku);
  return { sku, orderId };
};

test('repeats get the first shipment, also at once', async () => {
  const { orderId } = await reserved();
  const ids = await Promise.all(Array.from({ length: 10 }, () => request(orderId)));
  expect(new Set(ids).size).toBe(1);
  expect(await factsOf(orderId)).toEqual(['ShipmentRequested', 'StockReserved']);
});

test('needs a reservation', async () => {
  await expect(request(newId('ord'))).rejects.toMatchObject({ name: 'NotReserved' });
});

test('takes the stock off the shelf at the dispatch, once', async () => {
  const { sku, orderId } = await reserved();
  const shipmentId = await request(orderId);
  const first = await dispatch(shipmentId);
  const names = await outcomes(Array.from({ length: 5 }, () => dispatch(shipmentId)));

  expect(first).toMatchObject({ status: 'dispatched', trackingNumber: 'TRACK-1' });
  expect(count(names, 'done')).toBe(5);
  const stock = await stockOf(sku);
  expect(stock).toMatchObject({ available: 4, reserved: 0, shipped: 1 });
  expect(onHand(stock)).toBe(4);
  expect(await factsOf(orderId)).toEqual(['ShipmentDispatched', 'ShipmentRequested', 'StockReserved']);
  await expect(dispatch(shipmentId, 'TRACK-2')).rejects.toMatchObject({
    name: 'AlreadyDispatched',
  });
  await expect(release(orderId)).rejects.toMatchObject({ name: 'AlreadyDispatched' });
  await expect(cancel(orderId)).rejects.toMatchObject({ name: 'AlreadyDispatched' });
});

test('is not possible for a shipment that nobody asked for', async () => {
  await expect(dispatch(newId('shp'))).rejects.toMatchObject({
    name: 'ShipmentNotFound',
  });
});

test('is not possible once the stock was given back', async () => {
  const { orderId } = await reserved();
  const shipmentId = await request(orderId);
  await release(orderId);
  await expect(dispatch(shipmentId)).rejects.toMatchObject({
    name: 'NotReserved',
  });
});

test('a cancellation bars a request that comes late', async () => {
  const { orderId } = await reserved();
  await cancel(orderId);
  await cancel(orderId);
  await expect(request(orderId)).rejects.toMatchObject({ name: 'ShipmentCancelled' });
});

test('dispatch and cancellation at once: exactly one of them holds', async () => {
  for (let round = 0; round < 10; round++) {
    const { orderId, sku } = await reserved();
    const shipmentId = await request(orderId);
    const names = await outcomes([dispatch(shipmentId), cancel(orderId)]);
    const { shipment } = await shop.shipments.getOrder(orderId);
    const left = shipment?.status === 'dispatched';
    expect(names).toEqual(left ? ['done', 'AlreadyDispatched'] : ['ShipmentCancelled', 'done']);
    expect((await stockOf(sku)).shipped).toBe(left ? 1 : 0);
  }
});
