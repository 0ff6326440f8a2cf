import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import { type MessageStore, messageStore } from './store.ts';

/** Names and addresses, by customer. For who reads messages; what is sent goes to the table's address. */
export const addresseeEntries: CacheEntries = {
  name: 'addressee',
  version: 1,
  keyOf: ({ kind, customerId }) => (kind === 'address' ? String(customerId) : undefined),
};

export const addresseeCache = (store: Pick<MessageStore, 'findAddressee'> = messageStore()) =>
  createCache({
    resource: resources.Cache,
    entries: addresseeEntries,
    ttlSeconds: 300,
    load: store.findAddressee,
  });
