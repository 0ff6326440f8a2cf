import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasRedis, startRedis, type TestRedis } from '../packages/testing/src/redis.ts';
import {
  asAdmin,
  asCustomer,
  type Client,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { type Shop, startShop } from './support/shop.ts';

/** How old an answer may be: what was written longer ago has to be in it. */
const STALE_MS = 1000;

const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

let shop: Shop;
let customer: Client;
let admin: Client;

const start = async (env: Record<string, string>) => {
  shop = await startShop({ env });
  [customer, admin] = await Promise.all([asCustomer(shop.url), asAdmin(shop.url)]);
};

const stockOf = (sku: string) => customer.get(`/api/fulfillment/stock/${sku}`);

onThisMachine('in the functions’ memory', () => {
  beforeAll(() => start({ CACHE_URL: '' }), 300_000);
  afterAll(() => shop?.stop());

  test('no reader sees what was written over more than a second before', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 10 });
    await until(
      () => stockOf(sku),
      ({ body }) => body.available === 10,
    );
    for (let sold = 1; sold <= 3; sold += 1) {
      const { body } = await customer.placeOrder(orderFor(sku));
      // The stock was reserved before the order was confirmed.
      expect((await decided(customer, body.orderId)).body.status).toBe('confirmed');
      const writtenAt = performance.now();
      for (;;) {
        const askedAt = performance.now();
        const { available } = (await stockOf(sku)).body;
        if (available === 10 - sold) break;
        expect(available).toBe(11 - sold);
        expect(askedAt - writtenAt).toBeLessThan(STALE_MS);
      }
    }
  });
});

(hasRedis() ? onThisMachine : describe.skip)('on a server', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
    await start({ CACHE_URL: redis.url });
  }, 300_000);
  afterAll(async () => {
    await shop?.stop();
    await redis?.kill();
  });

  /** What the server answers to a command, one line an item. */
  const tell = (command: string): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const socket = connect(redis.port, '127.0.0.1', () => socket.end(`${command}\r\nQUIT\r\n`));
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text.split('\r\n')));
    });

  /** Reads until the server holds the key: the first readers of a container don't wait for its connection. */
  const cached = async (key: string, read: () => Promise<unknown>) => {
    while ((await tell(`STRLEN ${key}`))[0] === ':0') await read();
  };

  test('every context keeps there what is read, under keys of its own', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 5 });
    const { body } = await customer.placeOrder(orderFor(sku));
    const { orderId } = body;
    await decided(customer, orderId);
    await until(
      () => customer.get(`/api/payments/orders/${orderId}`),
      (answer) => answer.body.status === 'captured',
    );
    const keysOf = async (context: string) =>
      (await tell(`KEYS emporium-${context}-local:*`)).filter((line) => line.startsWith('emporium-'));
    const reads: Record<string, () => Promise<unknown>> = {
      // A query of its own, so that the front door's cache does not answer.
      catalog: () => customer.get(`/api/catalog/products?limit=${2 + Math.floor(Math.random() * 90)}`),
      fulfillment: () => stockOf(sku),
      orders: () => customer.get(`/api/orders/${orderId}`),
      payments: () => customer.get(`/api/payments/orders/${orderId}`),
      users: () => customer.get('/api/users/me'),
      notifications: () => customer.get('/api/notifications/messages'),
    };

    for (const [context, read] of Object.entries(reads)) {
      while ((await keysOf(context)).length === 0) await read();
    }
    expect(
      (await tell('KEYS *')).filter((line) => /^[a-z]/.test(line) && !line.startsWith('emporium-')),
    ).toEqual([]);
  }, 120_000);

  test('a write by a function that knows of no cache is told to it by the stream', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 5 });
    const key = `emporium-fulfillment-local:stock:1:${sku}`;
    const took: number[] = [];
    for (let sold = 1; sold <= 5; sold += 1) {
      await cached(key, () => stockOf(sku));
      const { body } = await customer.placeOrder(orderFor(sku));
      await decided(customer, body.orderId);
      const writtenAt = performance.now();
      // Kept for a minute if nobody told it: longer than this waits.
      await until(
        () => stockOf(sku),
        (answer) => answer.body.available === 5 - sold,
      );
      took.push(performance.now() - writtenAt);
    }
    expect(took.sort((a, b) => a - b)[2]).toBeLessThan(STALE_MS);
  }, 120_000);

  test('who writes sees it at once', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 5 });
    await cached(`emporium-fulfillment-local:stock:1:${sku}`, () => stockOf(sku));
    await admin.send('POST', `/api/fulfillment/stock/${sku}/receipts`, {
      body: { quantity: 2 },
      headers: { 'idempotency-key': 'more' },
    });
    expect((await stockOf(sku)).body.available).toBe(7);
  });

  test('the shop goes on when it is gone', async () => {
    const sku = await stockProduct(admin, customer, { quantity: 5 });
    await redis.kill();

    const answers = await Promise.all(Array.from({ length: 50 }, () => stockOf(sku)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.available))).toEqual(new Set([5]));
    const { body } = await customer.placeOrder(orderFor(sku));
    expect((await decided(customer, body.orderId)).body.status).toBe('confirmed');
  });
});
