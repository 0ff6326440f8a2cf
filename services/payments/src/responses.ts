import { held, type LedgerEntry } from './domain/ledger.ts';
import type { Payment } from './domain/payment.ts';

/** What an order's own customer, or an administrator, may see of its payment. */
export const paymentView = (
  payment: Payment,
  entries: readonly LedgerEntry[],
  viewer: { id: string; isAdmin: boolean },
) => {
  if (payment.status === 'barred') {
    return viewer.isAdmin ? { orderId: payment.orderId, status: 'cancelled', entries: [] } : undefined;
  }
  const { orderId, paymentId, customerId, status, amount, totals, createdAt } = payment;
  if (!viewer.isAdmin && viewer.id !== customerId) return undefined;
  const money = (figure: number) => ({ amount: figure, currency: amount.currency });
  return {
    orderId,
    paymentId,
    status,
    amount,
    held: money(held(totals)),
    captured: money(totals.captured),
    refunded: money(totals.refunded),
    ...(payment.status === 'declined' && { declineCode: payment.declineCode }),
    createdAt,
    entries: entries.map(({ sequence, movement, amount: moved, recordedAt }) => ({
      sequence,
      movement,
      amount: money(moved),
      recordedAt,
    })),
  };
};
