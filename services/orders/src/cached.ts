import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import { type OrderStore, orderStore } from './store.ts';

/** Orders, by id. Whose one is, its reader checks. */
export const orderEntries: CacheEntries = {
  name: 'order',
  version: 1,
  keyOf: ({ kind, orderId }) => (kind === 'order' ? String(orderId) : undefined),
};

/** Only what the workflow is done with is kept: until then an order changes by the moment, and is waited for. */
export const orderCache = (store: Pick<OrderStore, 'getOrder'> = orderStore()) =>
  createCache({
    resource: resources.Cache,
    entries: orderEntries,
    ttlSeconds: 300,
    keep: ({ status }) => ['confirmed', 'shipped', 'rejected'].includes(status),
    load: store.getOrder,
  });
