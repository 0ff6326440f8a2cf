import { ConcurrentUpdate } from '@emporium/functions';
import type { LedgerEntry } from './domain/ledger.ts';
import type { Payment } from './domain/payment.ts';
import { GatewayTimeout, type PaymentGateway } from './gateway/gateway.ts';
import { type Account, applyOnce, type Operation, openAccount, stateOf } from './gateway/sandbox-account.ts';
import type { PaymentStore } from './store.ts';

/** The table's promises without a table: conditional on the version, all or nothing. */
export const memoryStore = () => {
  const payments = new Map<string, Payment>();
  const ledger: LedgerEntry[] = [];
  const store: PaymentStore = {
    find: async (orderId) => payments.get(orderId),
    save: async (payment, entries = []) => {
      if ((payments.get(payment.orderId)?.version ?? 0) !== payment.version - 1) {
        throw new ConcurrentUpdate(payment.orderId);
      }
      payments.set(payment.orderId, payment);
      ledger.push(...entries);
    },
  };
  return { store, ledger, payment: (orderId: string) => payments.get(orderId) };
};

/** The sandbox's rules over a map. */
export const memoryGateway = () => {
  const accounts = new Map<string, Account>();
  const apply = async (paymentId: string, idempotencyKey: string, operation: Operation) => {
    const account = accounts.get(paymentId) ?? openAccount(paymentId);
    const applied = applyOnce(account, idempotencyKey, operation);
    accounts.set(paymentId, applied.account);
    return applied.answer;
  };
  const gateway: PaymentGateway = {
    authorize: ({ paymentId, idempotencyKey, amount, paymentMethod }) =>
      apply(paymentId, idempotencyKey, {
        type: 'authorize',
        amount: amount.amount,
        card: paymentMethod === 'pm_card_visa' ? 'approve' : 'card_declined',
      }),
    capture: ({ paymentId, idempotencyKey }) => apply(paymentId, idempotencyKey, { type: 'capture' }),
    void: ({ paymentId, idempotencyKey }) => apply(paymentId, idempotencyKey, { type: 'void' }),
    refund: ({ paymentId, idempotencyKey }) => apply(paymentId, idempotencyKey, { type: 'refund' }),
    find: async (paymentId) => {
      const account = accounts.get(paymentId);
      return account && stateOf(account);
    },
  };
  return { gateway, accounts };
};

/** How one call goes wrong: not at all, before it arrives, after it was applied, or the caller dies. */
export type Fault = 'none' | 'lost_request' | 'lost_answer' | 'crash_before' | 'crash_after';

/** The process is gone; nothing of ours catches this. */
class Crash extends Error {
  override readonly name = 'Crash';
}

const afflict = async <T>(fault: Fault, call: () => Promise<T>): Promise<T> => {
  // Lets the other steps of a race take their turn.
  await Promise.resolve();
  if (fault === 'lost_request') throw new GatewayTimeout();
  if (fault === 'crash_before') throw new Crash();
  const answer = await call();
  await Promise.resolve();
  if (fault === 'lost_answer') throw new GatewayTimeout();
  if (fault === 'crash_after') throw new Crash();
  return answer;
};

/** A gateway behind a bad line. */
export const faultyGateway = (gateway: PaymentGateway, next: () => Fault): PaymentGateway => ({
  authorize: (request) => afflict(next(), () => gateway.authorize(request)),
  capture: (request) => afflict(next(), () => gateway.capture(request)),
  void: (request) => afflict(next(), () => gateway.void(request)),
  refund: (request) => afflict(next(), () => gateway.refund(request)),
  find: (paymentId) => afflict(next(), () => gateway.find(paymentId)),
});

/** A store whose caller may die on either side of a write. */
export const faultyStore = (store: PaymentStore, next: () => Fault): PaymentStore => {
  const crashOnly = (): Fault => {
    const fault = next();
    return fault === 'crash_before' || fault === 'crash_after' ? fault : 'none';
  };
  return {
    find: store.find,
    save: (payment, entries) => afflict(crashOnly(), () => store.save(payment, entries)),
  };
};
