import { contentOf } from '@emporium/functions';
import type { LedgerEntry } from './domain/ledger.ts';
import type { Payment } from './domain/payment.ts';

type Item = Record<string, unknown>;

/** A payment and its ledger, which are read as one picture. */
export const partition = (orderId: string) => `ORDER#${orderId}`;
export const paymentKey = (orderId: string) => ({ pk: partition(orderId), sk: 'PAYMENT' });
const entryKey = (orderId: string, sequence: number) => ({
  pk: partition(orderId),
  sk: `LEDGER#${String(sequence).padStart(6, '0')}`,
});

export const paymentItem = (payment: Payment) => ({
  ...paymentKey(payment.orderId),
  kind: 'payment',
  ...payment,
});
export const entryItem = (orderId: string, entry: LedgerEntry) => ({
  ...entryKey(orderId, entry.sequence),
  kind: 'ledger',
  ...entry,
});

export const toPayment = (item: Item) => contentOf<Payment>(item);
export const toEntry = (item: Item) => contentOf<LedgerEntry>(item);
