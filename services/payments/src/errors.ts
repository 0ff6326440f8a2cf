import { DomainError, type Problems } from '@emporium/functions';
import type { DeclineCode, DeclinedPayment } from './domain/payment.ts';

/** The order was undone: nothing may be held or taken for it any more. */
export class PaymentCancelled extends DomainError {
  constructor(orderId: string) {
    super('PaymentCancelled', { orderId }, "The order's payment was cancelled.");
  }
}

export class PaymentNotFound extends DomainError {
  constructor(orderId: string) {
    super('PaymentNotFound', { orderId }, `There is no payment for ${orderId}.`);
  }
}

/** Worth repeating: the same key finds what was done. */
export class GatewayUnavailable extends DomainError {
  constructor(paymentId: string, step: string) {
    super('GatewayUnavailable', { paymentId, step }, 'The gateway did not answer.');
  }
}

export class UnsupportedCard extends DomainError {
  constructor() {
    super(
      'UnsupportedCard',
      {},
      "The sandbox takes Stripe's test cards only, see https://docs.stripe.com/testing.",
    );
  }
}

export class CardExpired extends DomainError {
  constructor() {
    super('CardExpired', {}, 'The card has expired.');
  }
}

/** The workflow's names for a gateway's refusals: see the task's contract. All are final. */
const declines = {
  card_declined: ['CardDeclined', 'The card was declined.'],
  insufficient_funds: ['InsufficientFunds', 'The card has insufficient funds.'],
  processing_error: ['PaymentProcessingError', "The card's bank could not process the payment."],
  unknown_payment_method: ['UnknownPaymentMethod', 'The customer has no such payment method.'],
} as const satisfies Record<DeclineCode, readonly [string, string]>;

export const declined = ({ orderId, paymentId, declineCode }: DeclinedPayment) => {
  const [name, detail] = declines[declineCode];
  return new DomainError(name, { orderId, paymentId }, detail);
};

/** How HTTP answers them. */
export const problems: Problems = {
  PaymentNotFound: { status: 404, title: 'Payment not found' },
  UnsupportedCard: { status: 422, title: 'Card not supported' },
  CardExpired: { status: 422, title: 'Card expired' },
};
