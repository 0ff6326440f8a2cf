import { DomainError } from '@emporium/functions';
import type { DeclinedPayment } from './domain/payment.ts';

interface Payment extends Record<string, unknown> {
  readonly orderId: string;
  readonly paymentId: string;
}

class CardDeclined extends DomainError {
  constructor(data: Payment) {
    super('CardDeclined', data, 'The card was declined');
  }
}

class InsufficientFunds extends DomainError {
  constructor(data: Payment) {
    super('InsufficientFunds', data, 'The card has insufficient funds');
  }
}

/** Final: the card's bank could not process the payment. */
class PaymentProcessingError extends DomainError {
  constructor(data: Payment) {
    super('PaymentProcessingError', data, "The card's bank could not process the payment");
  }
}

class UnknownPaymentMethod extends DomainError {
  constructor(data: Payment) {
    super('UnknownPaymentMethod', data, 'The customer has no such payment method');
  }
}

/** The order was undone: nothing may be held or taken for it any more. */
export class PaymentCancelled extends DomainError {
  constructor(orderId: string) {
    super('PaymentCancelled', { orderId }, "The order's payment was cancelled");
  }
}

export class PaymentNotFound extends DomainError {
  constructor(orderId: string) {
    super('PaymentNotFound', { orderId }, 'There is no payment for this order');
  }
}

/** Worth repeating: the same key finds what was done. */
export class GatewayUnavailable extends DomainError {
  constructor(paymentId: string, step: string) {
    super('GatewayUnavailable', { paymentId, step }, 'The gateway did not answer');
  }
}

/** Worth repeating: another step wrote first. */
export class ConcurrentUpdate extends DomainError {
  constructor(orderId: string) {
    super('ConcurrentUpdate', { orderId }, "Another step changed the order's payment meanwhile");
  }
}

export class UnsupportedCard extends DomainError {
  constructor() {
    super(
      'UnsupportedCard',
      {},
      "The sandbox takes Stripe's test cards only, see https://docs.stripe.com/testing",
    );
  }
}

export class CardExpired extends DomainError {
  constructor() {
    super('CardExpired', {}, 'The card has expired');
  }
}

const byDeclineCode = {
  card_declined: CardDeclined,
  insufficient_funds: InsufficientFunds,
  processing_error: PaymentProcessingError,
  unknown_payment_method: UnknownPaymentMethod,
};

export const declined = ({ orderId, paymentId, declineCode }: DeclinedPayment) =>
  new byDeclineCode[declineCode]({ orderId, paymentId });

export const problems = {
  PaymentNotFound: { status: 404, title: 'Payment not found' },
  UnsupportedCard: { status: 422, title: 'Card not supported' },
  CardExpired: { status: 422, title: 'Card expired' },
};
