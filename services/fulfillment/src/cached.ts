import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import { fulfillmentStore } from './store.ts';

/** Stock, by SKU. For who looks; an order's reservation is decided by the table. */
export const stockEntries: CacheEntries = {
  name: 'stock',
  version: 1,
  keyOf: ({ kind, sku }) => (kind === 'stock' ? String(sku) : undefined),
};

export const stockCache = (
  { stock }: Pick<ReturnType<typeof fulfillmentStore>, 'stock'> = fulfillmentStore(),
) =>
  createCache({
    resource: resources.Cache,
    entries: stockEntries,
    ttlSeconds: 60,
    load: stock.getStock,
  });
