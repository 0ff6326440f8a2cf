import type { Money } from '@emporium/contracts';
import { DomainError, type Problems } from '@emporium/functions';
import type { Order } from './domain/order.ts';

const inWords = ({ amount, currency }: Money) => `${(amount / 100).toFixed(2)} ${currency}`;

export class OrderNotFound extends DomainError {
  constructor(orderId: string) {
    super('OrderNotFound', { orderId }, `There is no order ${orderId}.`);
  }
}

/** The price list says another total than the customer was shown. */
export class PriceChanged extends DomainError {
  constructor(total: Money) {
    super(
      'PriceChanged',
      { total },
      `The order now costs ${inWords(total)}: send that total to agree to it.`,
    );
  }
}

export class TotalTooLarge extends DomainError {
  constructor(total: Money, maximum: number) {
    super('TotalTooLarge', { total, maximum }, `The order costs ${inWords(total)}: split it.`);
  }
}

export class IllegalOrderTransition extends DomainError {
  constructor(orderId: string, status: Order['status']) {
    super('IllegalOrderTransition', { orderId, status }, `Order ${orderId} is ${status}.`);
  }
}

/** Somebody has decided already, or nobody did in time. */
export class ReviewClosed extends DomainError {
  constructor(orderId: string) {
    super('ReviewClosed', { orderId }, `Order ${orderId} waits for no decision any more.`);
  }
}

/** How HTTP answers them. */
export const problems: Problems = {
  OrderNotFound: { status: 404, title: 'Order not found' },
  PriceChanged: { status: 409, title: 'The total has changed' },
  TotalTooLarge: { status: 422, title: 'The total is above what one order may have' },
  IllegalOrderTransition: { status: 409, title: 'The order is not in a state that allows this' },
  ReviewClosed: { status: 409, title: 'The review of this order is closed' },
};
