import type { LocalCloud } from '../start.ts';
import { type DemoProduct, demoAdmin, demoProducts } from './demo.ts';
import { seedPeople } from './people.ts';
import { untilPricesAreKnown } from './prices.ts';
import { send, signIn } from './requests.ts';

/**
 * Fills a new shop: two people, and products in stock, put there by the administrator through the public API.
 * Does nothing where that was done before; what was interrupted is carried on, and nothing is received twice.
 */
export const seed = async (
  { cloud, url }: LocalCloud,
  { progress, signal }: { progress(line: string): void; signal: AbortSignal },
): Promise<void> => {
  const store = cloud.store('seed');
  if (store.get('done') !== undefined) return;
  progress('filling the shelves');
  await seedPeople(cloud);
  const authorization = await signIn(url, demoAdmin);
  await Promise.all(demoProducts.map((product) => putOnShelf(url, product, authorization)));
  await untilPricesAreKnown(cloud, signal);
  store.put('done', true);
};

const putOnShelf = async (
  url: string,
  { sku, name, description, price, stock }: DemoProduct,
  authorization: string,
): Promise<void> => {
  const product = { name, description, price: { amount: price, currency: 'EUR' } };
  await send(url, 'PUT', `/api/catalog/products/${sku}`, product, { authorization });
  const receipt = { authorization, 'idempotency-key': `demo-${sku}` };
  await send(url, 'POST', `/api/fulfillment/stock/${sku}/receipts`, { quantity: stock }, receipt);
};
