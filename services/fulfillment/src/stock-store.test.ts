import { useTables } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { call, newSku, shop, stockOf } from './test-helpers.ts';

useTables(resources);

test('adds to the stock once for each key, however often and at once it is sent', async () => {
  const sku = await newSku(0);
  const receipts = await Promise.all(
    Array.from({ length: 10 }, () =>
      shop.stock.receiveStock({ sku, quantity: 7 }, { key: 'note-1', ...call }),
    ),
  );
  await shop.stock.receiveStock({ sku, quantity: 3 }, { key: 'note-2', ...call });

  expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
  expect(await stockOf(sku)).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
});

test('refuses a key that came with another quantity', async () => {
  const sku = await newSku(0);
  await shop.stock.receiveStock({ sku, quantity: 7 }, { key: 'note', ...call });
  const again = shop.stock.receiveStock({ sku, quantity: 8 }, { key: 'note', ...call });
  await expect(again).rejects.toMatchObject({ name: 'IdempotencyKeyReused' });
});

test('a SKU that never came in has no stock', async () => {
  expect(await stockOf('NEVER')).toEqual({
    sku: 'NEVER',
    available: 0,
    reserved: 0,
    shipped: 0,
  });
});
