import { randomUUID } from 'node:crypto';
import type { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient, newId, type Page } from '@emporium/functions';
import { eventsOf, useTables } from '@emporium/testing';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '../resources.ts';
import { confirm, reject, requestReview, ship } from './domain/lifecycle.ts';
import type { Order, PlacedOrder } from './domain/order.ts';
import type { OrderPosition } from './items.ts';
import { type PlacingRequest, placeOnce } from './placing.ts';
import { priceList } from './price-list.ts';
import { orderStore } from './store.ts';
import { confirmedOrder, placedOrder } from './test-helpers.ts';

useTables(resources);
beforeAll(() =>
  prices.learn({
    status: 'on_sale',
    sku: 'MUG-BLUE',
    name: 'Blue mug',
    price: { amount: 1299, currency: 'EUR' },
    version: 1,
  }),
);

const store = orderStore();
const prices = priceList();
const placing = { store, prices, reviewLimit: () => 100_000 };
const at = '2026-03-10T06:00:00.000Z';

const newOrder = (fields: Partial<PlacedOrder> = {}): PlacedOrder => ({
  ...placedOrder,
  orderId: newId('ord'),
  ...fields,
});

const add = async (order: PlacedOrder) => {
  const now = new Date();
  const remembered = {
    fingerprint: 'f',
    receipt: { orderId: order.orderId, status: 'placed', total: order.total } as const,
    expiresAt: Math.floor(now.getTime() / 1000) + 60,
  };
  expect(await store.addOrder(order, { key: order.orderId, remembered, correlationId: 'c-1', now })).toBe(
    true,
  );
  return order;
};

/** The events about an order that stand in the outbox, by the time they were written. */
const factsAbout = async (orderId: string) =>
  (await eventsOf(resources.OrdersTable)).filter(({ data }) => data.orderId === orderId);

describe('an order', () => {
  test('is read as it was written', async () => {
    const order = await add(newOrder());

    expect(await store.getOrder(order.orderId)).toEqual(order);
  });

  test('stands with its fact in one transaction', async () => {
    const order = await add(newOrder());

    expect(await factsAbout(order.orderId)).toEqual([
      {
        source: 'emporium.orders',
        name: 'OrderPlaced',
        correlationId: 'c-1',
        data: expect.objectContaining({ orderId: order.orderId, total: order.total }),
      },
    ]);
  });

  test('goes through its life, and the world hears of what matters to it', async () => {
    const { orderId } = await add(newOrder());

    await store.changeOrder(orderId, (order) => requestReview(order, 'token', at));
    await store.changeOrder(orderId, (order) => confirm(order, at));
    const shipped = await store.changeOrder(orderId, (order) => ship(order, 'TRACK-1', at));

    expect(await store.getOrder(orderId)).toEqual(shipped);
    expect(shipped.timeline.map(({ status }) => status)).toEqual([
      'placed',
      'in_review',
      'confirmed',
      'shipped',
    ]);
    expect((await factsAbout(orderId)).map(({ name }) => name).sort()).toEqual([
      'OrderConfirmed',
      'OrderPlaced',
      'OrderShipped',
    ]);
  });

  test('tells a fact once, however often it is made one', async () => {
    const { orderId } = await add(newOrder());

    await Promise.all(
      Array.from({ length: 5 }, () => store.changeOrder(orderId, (order) => confirm(order, at))),
    );

    expect((await factsAbout(orderId)).map(({ name }) => name).sort()).toEqual([
      'OrderConfirmed',
      'OrderPlaced',
    ]);
  });

  test('is either confirmed or rejected where both come at once', async () => {
    const { orderId } = await add(newOrder());

    await Promise.allSettled([
      store.changeOrder(orderId, (order) => confirm(order, at)),
      store.changeOrder(orderId, (order) => reject(order, 'internal_error', at)),
    ]);

    const order = await store.getOrder(orderId);
    const facts = (await factsAbout(orderId)).map(({ name }) => name);
    expect(order.status).toBe('rejected');
    expect(facts).toContain('OrderRejected');
    expect(order.timeline.some(({ status }) => status === 'confirmed')).toBe(
      facts.includes('OrderConfirmed'),
    );
  });

  test('does not go where it may not', async () => {
    const { orderId } = await add(newOrder());

    await expect(store.changeOrder(orderId, (order) => ship(order, 'T', at))).rejects.toMatchObject({
      name: 'IllegalOrderTransition',
      data: { orderId, status: 'placed' },
    });
  });

  test('that is not there is not found', async () => {
    const orderId = newId('ord');

    await expect(store.getOrder(orderId)).rejects.toMatchObject({ name: 'OrderNotFound' });
    await expect(store.changeOrder(orderId, (order) => confirm(order, at))).rejects.toMatchObject({
      name: 'OrderNotFound',
    });
  });
});

describe('a list of orders', () => {
  const customerId = randomUUID();
  const placedAt = (minute: number) => new Date(Date.UTC(2026, 2, 10, 5, minute)).toISOString();
  // Two share a moment: a cursor must not lose one of them.
  const orders = [0, 1, 1, 2, 3].map((minute) => newOrder({ customerId, placedAt: placedAt(minute) }));

  beforeAll(async () => {
    await Promise.all([...orders, newOrder({ customerId: randomUUID() })].map(add));
  });

  test.each([1, 2, 3, 5, 100])('comes whole in pages of %i, the latest first', async (limit) => {
    const seen: Order[] = [];
    let cursor: OrderPosition | undefined;
    do {
      const page: Page<Order, OrderPosition> = await store.listOrders(customerId, {
        limit,
        cursor,
      });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor);

    expect(seen.map((order) => order.orderId).sort()).toEqual(orders.map((order) => order.orderId).sort());
    expect(seen.map((order) => order.placedAt)).toEqual(orders.map((order) => order.placedAt).reverse());
  });

  test('is empty for a customer without orders', async () => {
    expect(await store.listOrders(randomUUID(), { limit: 10 })).toEqual({ items: [] });
  });

  test("a position leads into the caller's own list, whoever got it", async () => {
    const { next } = await store.listOrders(customerId, { limit: 1 });

    expect(await store.listOrders(randomUUID(), { limit: 10, cursor: next })).toEqual({ items: [] });
  });
});

const request = (fields: Partial<PlacingRequest> = {}): PlacingRequest => ({
  customerId: confirmedOrder.customerId,
  key: randomUUID(),
  correlationId: 'c-1',
  request: {
    lines: [{ sku: 'MUG-BLUE', quantity: 2 }],
    paymentMethod: 'pm_card_visa',
    shippingAddress: confirmedOrder.shippingAddress,
  },
  ...fields,
});

const inHours = (hours: number) => new Date(Date.UTC(2026, 2, 10, hours));

describe('placing an order', () => {
  test('twenty times at once under one key places one', async () => {
    const again = request({ customerId: randomUUID() });

    const receipts = await Promise.all(Array.from({ length: 20 }, () => placeOnce(placing, again)));

    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    expect((await store.listOrders(again.customerId, { limit: 10 })).items).toHaveLength(1);
  });

  test('under a key that came with something else is refused', async () => {
    const first = request();
    await placeOnce(placing, first);

    await expect(
      placeOnce(placing, { ...first, request: { ...first.request, paymentMethod: 'pm_other' } }),
    ).rejects.toMatchObject({ name: 'IdempotencyKeyReused' });
  });

  test('under the same key as somebody else places another', async () => {
    const mine = request();

    const receipts = [
      await placeOnce(placing, mine),
      await placeOnce(placing, { ...mine, customerId: randomUUID() }),
    ];

    expect(new Set(receipts.map(({ orderId }) => orderId)).size).toBe(2);
  });

  test('again gets the first receipt for a day, and a new order after that', async () => {
    const again = request();
    const first = await placeOnce(placing, { ...again, now: inHours(0) });

    expect(await placeOnce(placing, { ...again, now: inHours(23) })).toEqual(first);
    expect((await placeOnce(placing, { ...again, now: inHours(25) })).orderId).not.toBe(first.orderId);
  });

  test('again gets the first receipt although the price has changed', async () => {
    const sku = `T-${randomUUID().slice(0, 8).toUpperCase()}`;
    const product = { status: 'on_sale', sku, name: 'Thing', version: 1 } as const;
    await prices.learn({ ...product, price: { amount: 100, currency: 'EUR' } });
    const again = request();
    const order = { ...again, request: { ...again.request, lines: [{ sku, quantity: 1 }] } };
    const first = await placeOnce(placing, order);
    await prices.learn({ ...product, price: { amount: 200, currency: 'EUR' }, version: 2 });

    expect(await placeOnce(placing, order)).toEqual(first);
    expect(first).toMatchObject({ total: { amount: 100 } });
  });

  test('with an unknown product leaves a rejected order and its fact', async () => {
    const unknown = request();
    const receipt = await placeOnce(placing, {
      ...unknown,
      request: { ...unknown.request, lines: [{ sku: 'NO-SUCH', quantity: 1 }] },
    });

    expect(await store.getOrder(receipt.orderId)).toMatchObject({
      status: 'rejected',
      reason: 'unknown_product',
      unknownSkus: ['NO-SUCH'],
    });
    expect((await factsAbout(receipt.orderId)).map(({ name }) => name)).toEqual(['OrderRejected']);
  });

  test('of a hundred lines is priced in one go', async () => {
    const skus = Array.from({ length: 100 }, (_, i) => `BULK-${i}`);
    await Promise.all(
      skus.map((sku) =>
        prices.learn({
          status: 'on_sale',
          sku,
          name: sku,
          price: { amount: 7, currency: 'EUR' },
          version: 1,
        }),
      ),
    );
    const big = request();

    const receipt = await placeOnce(placing, {
      ...big,
      request: { ...big.request, lines: skus.map((sku) => ({ sku, quantity: 3 })) },
    });

    expect(receipt).toMatchObject({ status: 'placed', total: { amount: 2100, currency: 'EUR' } });
  });
});

describe('the price list', () => {
  test('ends with the highest version, in whatever order and however often events come', async () => {
    const event = fc.record({ version: fc.integer({ min: 1, max: 6 }), repeat: fc.boolean() });

    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        const sku = `P-${randomUUID().slice(0, 8).toUpperCase()}`;
        // Every third version of a product is its retirement.
        const entryOf = (version: number) =>
          version % 3 === 0
            ? ({ status: 'retired', sku, version } as const)
            : ({
                status: 'on_sale',
                sku,
                name: 'Thing',
                price: { amount: version, currency: 'EUR' },
                version,
              } as const);
        for (const { version, repeat } of events) {
          await prices.learn(entryOf(version));
          if (repeat) await prices.learn(entryOf(version));
        }

        const latest = entryOf(Math.max(...events.map(({ version }) => version)));
        expect((await prices.pricesOf([sku])).get(sku)).toEqual(
          latest.status === 'on_sale' ? latest : undefined,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('asks again for what DynamoDB left out', async () => {
    const client = documentClient();
    let calls = 0;
    const forgetful = {
      send: async (command: BatchGetCommand) => {
        const answer = await client.send(command);
        calls += 1;
        const name = resources.OrdersTable.name;
        const Keys = command.input.RequestItems?.[name]?.Keys ?? [];
        return calls > 1 ? answer : { Responses: {}, UnprocessedKeys: { [name]: { Keys } } };
      },
    };

    const found = await priceList(forgetful as typeof client).pricesOf(['MUG-BLUE']);

    expect([...found.keys()]).toEqual(['MUG-BLUE']);
    expect(calls).toBe(2);
  });
});
