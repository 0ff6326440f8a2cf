import { type CacheEntries, createCache } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { Payment } from './domain/payment.ts';
import { paymentStore } from './store.ts';

/** Payments with their ledger, by order. Whose one is, its reader checks. Every ledger entry comes with its payment. */
export const historyEntries: CacheEntries = {
  name: 'history',
  version: 1,
  keyOf: ({ kind, orderId }) => (kind === 'payment' ? String(orderId) : undefined),
};

const UNDER_WAY: readonly Payment['status'][] = ['authorizing', 'authorized', 'cancelling'];

/** Only what rests is kept: a payment that is under way, or about to come, is waited for. */
export const historyCache = (store: Pick<ReturnType<typeof paymentStore>, 'history'> = paymentStore()) =>
  createCache({
    resource: resources.Cache,
    entries: historyEntries,
    ttlSeconds: 300,
    missTtlSeconds: 0,
    keep: (history) => history !== undefined && !UNDER_WAY.includes(history.payment.status),
    load: store.history,
  });
