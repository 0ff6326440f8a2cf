import { ConcurrentUpdate, newId, retryContended } from '@emporium/functions';
import {
  type AuthorizedPayment,
  type AuthorizingPayment,
  barPayment,
  beginCancel,
  beginPayment,
  type CancellingPayment,
  type CapturedPayment,
  type GatewayState,
  type Intent,
  type Payment,
  settle,
} from './domain/payment.ts';
import { declined, GatewayUnavailable, PaymentCancelled, PaymentNotFound } from './errors.ts';
import { GatewayTimeout, type PaymentGateway } from './gateway/gateway.ts';
import type { PaymentStore } from './store.ts';

export interface PaymentOptions {
  readonly store: PaymentStore;
  readonly gateway: PaymentGateway;
  readonly now?: () => Date;
}

/**
 * Moves an order's payment along. The gateway is asked under a key made of payment and step, and hears of no payment
 * and of no cancellation that isn't written down: so whoever finds a half-done step, after a crash or a lost answer,
 * can ask again. A lost race starts the step over from what the winner wrote.
 */
export const payments = ({ store, gateway, now = () => new Date() }: PaymentOptions) => {
  const recordAnswer = async (
    payment: AuthorizingPayment | AuthorizedPayment | CancellingPayment,
    answer: GatewayState,
  ) => {
    const settled = settle(payment, answer, now().toISOString());
    await store.save(settled.payment, settled.entries);
    return settled.payment;
  };

  /** Where the answer got lost, the gateway is asked what it knows; short of the step's own end, the step is repeated. */
  const ask = async (
    paymentId: string,
    step: string,
    call: (request: { paymentId: string; idempotencyKey: string }) => Promise<GatewayState>,
    isEnd: (state: GatewayState) => boolean,
  ): Promise<GatewayState> => {
    try {
      return await call({ paymentId, idempotencyKey: `${paymentId}:${step}` });
    } catch (error) {
      if (!(error instanceof GatewayTimeout)) throw error;
    }
    const known = await gateway.find(paymentId).catch((error: unknown) => {
      if (error instanceof GatewayTimeout) return undefined;
      throw error;
    });
    if (known === undefined || !isEnd(known)) throw new GatewayUnavailable(paymentId, step);
    return known;
  };

  const hold = async (payment: AuthorizingPayment) => {
    const { customerId, amount, paymentMethod } = payment;
    const answer = await ask(
      payment.paymentId,
      'authorize',
      (request) => gateway.authorize({ ...request, customerId, amount, paymentMethod }),
      () => true,
    );
    return recordAnswer(payment, answer);
  };

  const take = async (payment: AuthorizedPayment) => {
    const answer = await ask(
      payment.paymentId,
      'capture',
      (request) => gateway.capture(request),
      ({ status }) => status !== 'authorized',
    );
    return recordAnswer(payment, answer);
  };

  const undo = async (payment: CancellingPayment) => {
    const { paymentId } = payment;
    const voided = await ask(
      paymentId,
      'void',
      (request) => gateway.void(request),
      ({ status }) => status !== 'authorized',
    );
    if (voided.status !== 'captured') return recordAnswer(payment, voided);
    const refunded = await ask(
      paymentId,
      'refund',
      (request) => gateway.refund(request),
      ({ status }) => status === 'refunded',
    );
    return recordAnswer(payment, refunded);
  };

  const insert = async <P extends Payment>(payment: P): Promise<P> => {
    await store.save(payment);
    return payment;
  };

  /** Most calls are first calls: the new payment is written without a look, and the write's condition tells. */
  const open = async (payment: AuthorizingPayment): Promise<Payment> => {
    try {
      return await insert(payment);
    } catch (error) {
      const known = error instanceof ConcurrentUpdate ? await store.find(payment.orderId) : undefined;
      if (known === undefined) throw error;
      return known;
    }
  };

  return {
    /** Holds the amount. The first call decides what is held; a repeat gets its answer. */
    authorize: (request: Omit<Intent, 'paymentId' | 'createdAt'>) =>
      retryContended(async () => {
        const { orderId, customerId, amount, paymentMethod } = request;
        const createdAt = now().toISOString();
        const payment = await open(
          beginPayment({ orderId, customerId, amount, paymentMethod, paymentId: newId('pay'), createdAt }),
        );
        return authorizationOf(payment.status === 'authorizing' ? await hold(payment) : payment);
      }),

    /** Takes what is held. */
    capture: (orderId: string) =>
      retryContended(async () => {
        const payment = await store.find(orderId);
        return captureOf(payment?.status === 'authorized' ? await take(payment) : payment, orderId);
      }),

    /** Undoes whatever became of the payment, and bars what comes late. */
    cancel: (orderId: string) =>
      retryContended(async () => {
        const payment = (await store.find(orderId)) ?? (await insert(barPayment(orderId)));
        switch (payment.status) {
          case 'authorizing':
          case 'authorized':
          case 'captured':
            return cancellationOf(await undo(await insert(beginCancel(payment))));
          case 'cancelling':
            return cancellationOf(await undo(payment));
          default:
            return cancellationOf(payment);
        }
      }),
  };
};

const authorizationOf = (payment: Payment): AuthorizedPayment | CapturedPayment => {
  switch (payment.status) {
    case 'authorized':
    case 'captured':
      return payment;
    case 'declined':
      throw declined(payment);
    case 'authorizing':
      throw new GatewayUnavailable(payment.paymentId, 'authorize');
    default:
      throw new PaymentCancelled(payment.orderId);
  }
};

const captureOf = (payment: Payment | undefined, orderId = payment?.orderId ?? ''): CapturedPayment => {
  switch (payment?.status) {
    case 'captured':
      return payment;
    case undefined:
    case 'authorizing':
    case 'declined':
      throw new PaymentNotFound(orderId);
    case 'authorized':
      throw new GatewayUnavailable(payment.paymentId, 'capture');
    default:
      throw new PaymentCancelled(orderId);
  }
};

const cancellationOf = (payment: Payment): 'voided' | 'refunded' | 'declined' | 'cancelled' => {
  switch (payment.status) {
    case 'voided':
    case 'refunded':
    case 'declined':
      return payment.status;
    case 'cancelled':
    case 'barred':
      return 'cancelled';
    default:
      throw new GatewayUnavailable(payment.paymentId, 'cancel');
  }
};
