import type { Money } from '@emporium/contracts';
import { entriesBetween, type LedgerEntry, nothing, type Totals } from './ledger.ts';

/** Why a gateway said no. Final: the same card gets the same answer. */
export type DeclineCode =
  | 'card_declined'
  | 'insufficient_funds'
  | 'processing_error'
  | 'unknown_payment_method';

/** What an order asks for; never changes. */
export interface Intent {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly paymentMethod: string;
  readonly createdAt: string;
}

interface Recorded extends Intent {
  readonly totals: Totals;
  /** How many ledger entries there are. */
  readonly entries: number;
  /** Grows with every write; the next write names it. */
  readonly version: number;
}

/** The gateway may have been asked; what it answered is not recorded yet. */
export type AuthorizingPayment = Recorded & { readonly status: 'authorizing' };
/** Held. The gateway may have been asked to take the money, too: it can be asked again under the same key. */
export type AuthorizedPayment = Recorded & { readonly status: 'authorized' };
export type DeclinedPayment = Recorded & { readonly status: 'declined'; readonly declineCode: DeclineCode };
export type CapturedPayment = Recorded & { readonly status: 'captured' };
/** Being undone: from here no step leads back to money held or taken. */
export type CancellingPayment = Recorded & { readonly status: 'cancelling' };
type VoidedPayment = Recorded & { readonly status: 'voided' };
type RefundedPayment = Recorded & { readonly status: 'refunded' };
/** Undone before the gateway held anything. */
type CancelledPayment = Recorded & { readonly status: 'cancelled' };
/** An order that was undone before its payment was asked for: a payment that comes late finds this. */
export interface BarredPayment {
  readonly status: 'barred';
  readonly orderId: string;
  readonly version: number;
}

export type Payment =
  | AuthorizingPayment
  | AuthorizedPayment
  | DeclinedPayment
  | CapturedPayment
  | CancellingPayment
  | VoidedPayment
  | RefundedPayment
  | CancelledPayment
  | BarredPayment;

/** A gateway's view of a payment. */
export type GatewayState = { readonly totals: Totals } & (
  | { readonly status: 'authorized' | 'captured' | 'voided' | 'refunded' | 'barred' }
  | { readonly status: 'declined'; readonly declineCode: DeclineCode }
);

export const beginPayment = (intent: Intent): AuthorizingPayment => ({
  ...intent,
  status: 'authorizing',
  totals: nothing,
  entries: 0,
  version: 1,
});

export const barPayment = (orderId: string): BarredPayment => ({ status: 'barred', orderId, version: 1 });

export const beginCancel = (
  payment: AuthorizingPayment | AuthorizedPayment | CapturedPayment,
): CancellingPayment => ({ ...payment, status: 'cancelling', version: payment.version + 1 });

/** A payment brought to where the gateway stands, and the ledger entries that were missing for it. */
export const settle = (
  payment: AuthorizingPayment | AuthorizedPayment | CancellingPayment,
  gateway: GatewayState,
  recordedAt: string,
): { payment: Exclude<Payment, BarredPayment>; entries: LedgerEntry[] } => {
  const entries = entriesBetween(payment.totals, gateway.totals, { after: payment.entries, recordedAt });
  const settled = {
    ...payment,
    totals: gateway.totals,
    entries: payment.entries + entries.length,
    version: payment.version + 1,
  };
  if (gateway.status === 'declined') {
    return { payment: { ...settled, status: 'declined', declineCode: gateway.declineCode }, entries };
  }
  return {
    payment: { ...settled, status: gateway.status === 'barred' ? 'cancelled' : gateway.status },
    entries,
  };
};
