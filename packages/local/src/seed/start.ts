import { randomUUID } from 'node:crypto';
import type { LocalCloud } from '../start.ts';
import { demoAdmin, demoProducts, madeUpProducts, type Product } from './demo.ts';
import { seedPeople } from './people.ts';
import { untilPricesAreKnown } from './prices.ts';
import { send, signIn } from './requests.ts';

interface Options {
  /** Where it was not done yet, in any case, or never. */
  readonly mode: 'once' | 'again' | 'never';
  /** How many made-up products to add. */
  readonly products: number;
  progress(line: string): void;
  readonly signal: AbortSignal;
}

/** How many products are put on the shelf at once. */
const AT_ONCE = 8;

/**
 * Fills a new shop: two people, and products in stock, put there by the administrator through the public API.
 * Does nothing where that was done before; what was interrupted is carried on, and nothing is received twice.
 * Gives whether the two people can sign in.
 */
export const seed = async (
  { cloud, url }: LocalCloud,
  { mode, products, progress, signal }: Options,
): Promise<boolean> => {
  const store = cloud.store('seed');
  const runs = (service: string) =>
    cloud.ofType('AWS::ApiGatewayV2::Api').some((api) => api.service === service);
  const isDone = () => store.get('done') !== undefined || store.get('people') !== undefined;
  if (!runs('users')) return false;
  if (mode === 'never' || (mode === 'once' && store.get('done') !== undefined)) return isDone();
  await seedPeople(cloud);
  store.put('people', true);
  if (!runs('catalog') || !runs('fulfillment')) {
    progress('no shelves to fill, as catalog or fulfillment does not run');
    return true;
  }
  progress('filling the shelves');
  const authorization = await signIn(url, demoAdmin);
  const shelf: readonly Product[] = [...demoProducts, ...madeUpProducts(products)];
  // A second filling is a delivery of its own.
  const delivery = mode === 'again' ? `demo-${randomUUID()}` : 'demo';
  const waiting = shelf.values();
  let done = 0;
  const worker = async () => {
    for (const product of waiting) {
      signal.throwIfAborted();
      await putOnShelf(url, product, authorization, delivery);
      if (++done % 1000 === 0) progress(`${done} of ${shelf.length} products`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await untilPricesAreKnown(cloud, shelf, signal);
  store.put('done', true);
  return true;
};

const putOnShelf = async (
  url: string,
  { sku, name, description, price, stock }: Product,
  authorization: string,
  delivery: string,
): Promise<void> => {
  const product = { name, description, price: { amount: price, currency: 'EUR' } };
  await send(url, 'PUT', `/api/catalog/products/${sku}`, product, { authorization });
  const receipt = { authorization, 'idempotency-key': `${delivery}-${sku}` };
  await send(url, 'POST', `/api/fulfillment/stock/${sku}/receipts`, { quantity: stock }, receipt);
};
