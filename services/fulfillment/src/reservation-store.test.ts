import { newId } from '@emporium/functions';
import { useTables } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import {
  count,
  dispatch,
  factsOf,
  newSku,
  newSkus,
  outcomes,
  release,
  request,
  reserve,
  statusOf,
  stockOf,
  wrongStock,
} from './test-helpers.ts';

useTables(resources);

test('never oversells one SKU to many orders at once', async () => {
  const sku = await newSku(30);
  const names = await outcomes(Array.from({ length: 100 }, () => reserve(newId('ord'), sku)));

  expect(count(names, 'done')).toBe(30);
  expect(count(names, 'OutOfStock')).toBe(70);
  expect(await stockOf(sku)).toMatchObject({ available: 0, reserved: 30 });
  expect(await wrongStock()).toEqual([]);
});

test('the same order at once, for the last unit, reserves it once and always says so', async () => {
  const sku = await newSku(1);
  const orderId = newId('ord');
  const names = await outcomes(Array.from({ length: 20 }, () => reserve(orderId, sku)));

  expect(count(names, 'done')).toBe(20);
  expect(await stockOf(sku)).toMatchObject({ available: 0, reserved: 1 });
  expect(await factsOf(orderId)).toEqual(['StockReserved']);
});

test('takes all lines or none, and names what is missing', async () => {
  const [enough, scarce] = await Promise.all([newSku(5), newSku(0)]);
  const orderId = newId('ord');

  await expect(reserve(orderId, enough, scarce)).rejects.toMatchObject({
    name: 'OutOfStock',
    data: { orderId, missing: [scarce] },
  });

  expect(await stockOf(enough)).toMatchObject({ available: 5, reserved: 0 });
  expect(await factsOf(orderId)).toEqual([]);
});

test('adds up lines of one SKU', async () => {
  const sku = await newSku(3);
  await expect(reserve(newId('ord'), sku, sku, sku, sku)).rejects.toMatchObject({ name: 'OutOfStock' });
  await reserve(newId('ord'), sku, sku, sku);
  expect(await stockOf(sku)).toMatchObject({ available: 0, reserved: 3 });
});

test('after the release is refused', async () => {
  const sku = await newSku(1);
  const orderId = newId('ord');
  await release(orderId);
  await release(orderId);
  await expect(reserve(orderId, sku)).rejects.toMatchObject({ name: 'ReservationReleased' });
  expect(await stockOf(sku)).toMatchObject({ available: 1, reserved: 0 });
  expect(await factsOf(orderId)).toEqual([]);
});

test('racing with releases of the same orders leaves nothing behind', async () => {
  const sku = await newSku(15);
  const orders = Array.from({ length: 25 }, () => newId('ord'));
  const names = await outcomes(
    orders.flatMap((orderId) => [reserve(orderId, sku), release(orderId), reserve(orderId, sku)]),
  );
  expect(names.filter((name) => !['done', 'OutOfStock', 'ReservationReleased'].includes(name))).toEqual([]);
  expect(await wrongStock()).toEqual([]);

  await Promise.all(orders.map(release));
  expect(await stockOf(sku)).toMatchObject({ available: 15, reserved: 0, shipped: 0 });
});

describe('an order of 100 SKUs, which takes two transactions', () => {
  test('is reserved, and given back', async () => {
    const wanted = await newSkus(100, 1);
    const orderId = newId('ord');

    await reserve(orderId, ...wanted);
    expect(await statusOf(orderId)).toBe('reserved');
    expect(await wrongStock()).toEqual([]);

    await release(orderId);
    expect(await statusOf(orderId)).toBe('released');
    expect(await wrongStock()).toEqual([]);
    expect(await factsOf(orderId)).toEqual(['StockReleased', 'StockReserved']);
  });

  test('is reserved, and shipped', async () => {
    const wanted = await newSkus(100, 1);
    const orderId = newId('ord');
    await reserve(orderId, ...wanted);
    const shipmentId = await request(orderId);

    await dispatch(shipmentId);

    expect(await statusOf(orderId)).toBe('shipped');
    const stocks = await Promise.all(wanted.map((sku) => stockOf(sku)));
    expect(stocks.filter(({ shipped, available }) => shipped !== 1 || available !== 0)).toEqual([]);
    expect(await factsOf(orderId)).toEqual(['ShipmentDispatched', 'ShipmentRequested', 'StockReserved']);
  });

  test('gets nothing if one is missing, whichever it is', async () => {
    const wanted = await newSkus(99, 1);
    for (const missing of ['A-NONE', 'Z-NONE']) {
      await expect(reserve(newId('ord'), ...wanted, missing)).rejects.toMatchObject({
        name: 'OutOfStock',
        data: { missing: [missing] },
      });
      expect(await wrongStock()).toEqual([]);
    }
    const stocks = await Promise.all(wanted.map((sku) => stockOf(sku)));
    expect(stocks.filter(({ available }) => available !== 1)).toEqual([]);
  });

  test('at once with another that wants the same: one gets all, or neither does', async () => {
    const wanted = await newSkus(100, 1);
    const orders = [newId('ord'), newId('ord'), newId('ord')];
    const names = await outcomes(orders.map((orderId) => reserve(orderId, ...wanted)));

    expect(count(names, 'done')).toBeLessThanOrEqual(1);
    expect(count(names, 'done') + count(names, 'OutOfStock')).toBe(3);
    expect(await wrongStock()).toEqual([]);
  });
});
