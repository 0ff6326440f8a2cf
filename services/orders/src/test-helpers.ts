import { samples } from '@emporium/testing';
import type { Transition } from './domain/lifecycle.ts';
import type {
  Agreement,
  ConfirmedOrder,
  InReviewOrder,
  Order,
  PlacedOrder,
  RejectedOrder,
  ShippedOrder,
  UnpricedOrder,
} from './domain/order.ts';
import { IllegalOrderTransition, OrderNotFound } from './errors.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 5, minute)).toISOString();

const identity = {
  orderId: samples.orderId,
  customerId: samples.customerId,
  placedAt: at(0),
};

const agreement: Omit<Agreement, 'timeline'> = {
  ...identity,
  lines: [{ sku: 'MUG-BLUE', name: 'Blue mug', quantity: 2, unitPrice: { amount: 1299, currency: 'EUR' } }],
  total: { amount: 2598, currency: 'EUR' },
  paymentMethod: 'pm_card_visa',
  shippingAddress: samples.address,
  needsReview: false,
};

const placed = { status: 'placed', at: at(0) } as const;
const confirmed = { status: 'confirmed', at: at(1) } as const;

/** One order of each status, for tests. */
export const placedOrder: PlacedOrder = { ...agreement, status: 'placed', timeline: [placed] };

export const inReviewOrder: InReviewOrder = {
  ...agreement,
  needsReview: true,
  status: 'in_review',
  taskToken: 'AQCEAAAAKgAAAAMAAAAAAAAAAR4n0bQKV5mFa8b2',
  timeline: [placed, { status: 'in_review', at: at(1) }],
};

export const confirmedOrder: ConfirmedOrder = {
  ...agreement,
  status: 'confirmed',
  timeline: [placed, confirmed],
};

export const shippedOrder: ShippedOrder = {
  ...agreement,
  status: 'shipped',
  trackingNumber: '00340434161094021501',
  timeline: [placed, confirmed, { status: 'shipped', at: at(2) }],
};

export const rejectedOrder: RejectedOrder = {
  ...agreement,
  status: 'rejected',
  reason: 'payment_declined',
  timeline: [placed, { status: 'rejected', at: at(1) }],
};

export const unpricedOrder: UnpricedOrder = {
  ...identity,
  status: 'rejected',
  reason: 'unknown_product',
  unknownSkus: ['NO-SUCH'],
  lines: [{ sku: 'NO-SUCH', quantity: 1 }],
  timeline: [{ status: 'rejected', at: at(0) }],
};

/** A store of one order in memory, for tests of what changes orders. */
export const storeOf = (initial?: Order) => {
  let current = initial;
  return {
    order: () => current,
    changeOrder: async (orderId: string, transition: (order: Order) => Transition): Promise<Order> => {
      if (current?.orderId !== orderId) throw new OrderNotFound(orderId);
      const { outcome, order } = transition(current);
      if (outcome === 'illegal') throw new IllegalOrderTransition(orderId, order.status);
      current = order;
      return order;
    },
  };
};
