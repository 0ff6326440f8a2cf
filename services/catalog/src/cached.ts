import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import { type CatalogStore, catalogStore } from './store.ts';

/** Products on sale, by SKU. */
export const productEntries: CacheEntries = {
  name: 'product',
  version: 1,
  keyOf: ({ kind, sku }) => (kind === 'product' ? String(sku) : undefined),
};

export const productCache = (store: Pick<CatalogStore, 'findProduct'> = catalogStore()) =>
  createCache({
    resource: resources.Cache,
    entries: productEntries,
    ttlSeconds: 300,
    load: store.findProduct,
  });

/** Pages of what is on sale. Which of them a change concerns nobody knows, and an index is behind its table: one second. */
export const pageCache = (store: Pick<CatalogStore, 'listProducts'> = catalogStore()) =>
  createCache({
    resource: resources.Cache,
    entries: { name: 'page', version: 1 },
    ttlSeconds: 1,
    load: (query) => store.listProducts(JSON.parse(query)),
  });
