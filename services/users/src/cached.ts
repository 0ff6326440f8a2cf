import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import { type UserStore, userStore } from './store.ts';

/** Profiles, by customer. */
export const profileEntries: CacheEntries = {
  name: 'profile',
  version: 1,
  keyOf: ({ kind, customerId }) => (kind === 'profile' ? String(customerId) : undefined),
};

/** That there is none is not kept: who is told to sign in again has one then. */
export const profileCache = (store: Pick<UserStore, 'findProfile'> = userStore()) =>
  createCache({
    resource: resources.Cache,
    entries: profileEntries,
    ttlSeconds: 300,
    missTtlSeconds: 0,
    load: store.findProfile,
  });
