import type { CardBehaviour } from '../domain/cards.ts';
import { held, kept, nothing, type Totals } from '../domain/ledger.ts';
import type { DeclineCode, GatewayState } from '../domain/payment.ts';

/** What the sandbox knows of one payment. */
export interface Account {
  readonly paymentId: string;
  readonly totals: Totals;
  readonly barred: boolean;
  readonly declineCode?: DeclineCode;
  /** The answer under each idempotency key. */
  readonly answers: Readonly<Record<string, GatewayState>>;
}

export type Operation =
  | { readonly type: 'authorize'; readonly amount: number; readonly card: CardBehaviour | undefined }
  | { readonly type: 'capture' | 'void' | 'refund' };

export const openAccount = (paymentId: string): Account => ({
  paymentId,
  totals: nothing,
  barred: false,
  answers: {},
});

export const stateOf = ({ totals, barred, declineCode }: Account): GatewayState => {
  if (declineCode) return { status: 'declined', declineCode, totals };
  // A payment of nothing is authorized as well as any: the totals alone could not tell it from a barred one.
  if (barred && held(totals) === 0 && totals.captured === 0) {
    return { status: totals.voided > 0 ? 'voided' : 'barred', totals };
  }
  if (totals.captured === 0) return { status: 'authorized', totals };
  return { status: kept(totals) === 0 ? 'refunded' : 'captured', totals };
};

const perform = (account: Account, operation: Operation): Account => {
  const { totals } = account;
  switch (operation.type) {
    case 'authorize': {
      if (account.barred) return account;
      const { card, amount } = operation;
      if (card === undefined) return { ...account, declineCode: 'unknown_payment_method' };
      if (card !== 'approve' && card !== 'time_out') return { ...account, declineCode: card };
      // A second key is a second hold, as with any real gateway.
      return { ...account, totals: { ...totals, authorized: totals.authorized + amount } };
    }
    case 'capture':
      return { ...account, totals: { ...totals, captured: totals.captured + held(totals) } };
    case 'void':
      return { ...account, barred: true, totals: { ...totals, voided: totals.voided + held(totals) } };
    case 'refund':
      return { ...account, totals: { ...totals, refunded: totals.refunded + kept(totals) } };
  }
};

/** Applies an operation once; a repeat under its key changes nothing. */
export const applyOnce = (
  account: Account,
  idempotencyKey: string,
  operation: Operation,
): { account: Account; answer: GatewayState; repeated: boolean } => {
  const earlier = account.answers[idempotencyKey];
  if (earlier) return { account, answer: earlier, repeated: true };
  const after = perform(account, operation);
  const answer = stateOf(after);
  const answers = { ...account.answers, [idempotencyKey]: answer };
  return { account: { ...after, answers }, answer, repeated: false };
};
