import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAdmin, asCustomer, type Client, decided, orderFor, stockProduct } from '../e2e/support/client.ts';
import { type Shop, startShop } from '../e2e/support/shop.ts';
import { memoryInAll } from './memory.ts';
import { type Percentiles, percentiles, timed } from './statistics.ts';

export interface ShopFigures {
  /** From the command to the printed address, everything packaged before, on data that exists. */
  readonly startToReady: Percentiles;
  /** An order read through front door, authorizer, worker and table. */
  readonly warmGet: Percentiles;
  /** From the request that places an order to the first read that says `confirmed`, one order at a time. */
  readonly placeToConfirmed: Percentiles;
  readonly throughput: {
    ordersPerSecond: number;
    placed: number;
    confirmed: number;
    lost: number;
    seconds: number;
  };
  /** Bytes of the shop's processes together, right after the load. */
  readonly memory: number;
}

const STARTS = 5;
const WARM_GETS = 1000;
const ORDERS_ONE_BY_ONE = 100;
const CLIENTS = 24;
/** How often a customer's page asks for the order, ms. */
const PAGE_ASKS_EVERY = 250;

const readOrders = async (customer: Client, orderId: string) => {
  const samples: number[] = [];
  for (let i = 0; i < WARM_GETS; i++)
    samples.push((await timed(() => customer.get(`/api/orders/${orderId}`))).took);
  return percentiles(samples.slice(WARM_GETS / 10));
};

const placeOneByOne = async (customer: Client, sku: string) => {
  const samples: number[] = [];
  for (let i = 0; i < ORDERS_ONE_BY_ONE; i++) {
    const { took } = await timed(async () => {
      const { body } = await customer.placeOrder(orderFor(sku));
      const order = await decided(customer, body.orderId);
      if (order.body.status !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(order.body)}`);
    });
    samples.push(took);
  }
  return percentiles(samples.slice(ORDERS_ONE_BY_ONE / 10));
};

/** Keeps `CLIENTS` orders in flight for `seconds`; an order is carried when it reads `confirmed`. */
const load = async (customer: Client, sku: string, seconds: number) => {
  const since = performance.now();
  const end = since + seconds * 1000;
  const placed: string[] = [];
  let confirmed = 0;
  const client = async () => {
    while (performance.now() < end) {
      const { status, body } = await customer.placeOrder(orderFor(sku));
      if (status !== 202) throw new Error(`not placed: ${status} ${JSON.stringify(body)}`);
      placed.push(body.orderId);
      const order = await decided(customer, body.orderId, PAGE_ASKS_EVERY);
      if (order.body.status === 'confirmed') confirmed++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const took = (performance.now() - since) / 1000;
  return {
    ordersPerSecond: confirmed / took,
    placed: placed.length,
    confirmed,
    lost: placed.length - confirmed,
    seconds: took,
  };
};

/** Measures a shop of its own, on fresh data. */
export const measureShop = async (seconds: number): Promise<ShopFigures> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'emporium-bench-'));
  // The first start fills the bundle cache and the shelves.
  let shop = await startShop({ dataFolder });
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    await shop.stop({ keepData: true });
    const { took, result } = await timed<Shop>(() => startShop({ dataFolder }));
    starts.push(took);
    shop = result;
  }
  try {
    const [customer, admin] = await Promise.all([asCustomer(shop.url), asAdmin(shop.url)]);
    const sku = await stockProduct(admin, customer, { quantity: 1_000_000 });
    const { body } = await customer.placeOrder(orderFor(sku));
    await decided(customer, body.orderId);
    return {
      startToReady: percentiles(starts),
      warmGet: await readOrders(customer, body.orderId),
      placeToConfirmed: await placeOneByOne(customer, sku),
      throughput: await load(customer, sku, seconds),
      memory: memoryInAll(shop.process?.pid ?? 0),
    };
  } finally {
    await shop.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
};
