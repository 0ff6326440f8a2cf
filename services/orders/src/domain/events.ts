import {
  type EventData,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@emporium/contracts';
import type { Order } from './order.ts';

/** A fact about an order, with the contract it is published under. */
export type OrderFact =
  | { readonly contract: typeof OrderPlaced; readonly data: EventData<typeof OrderPlaced> }
  | { readonly contract: typeof OrderConfirmed; readonly data: EventData<typeof OrderConfirmed> }
  | { readonly contract: typeof OrderShipped; readonly data: EventData<typeof OrderShipped> }
  | { readonly contract: typeof OrderRejected; readonly data: EventData<typeof OrderRejected> };

/** What the world is told when an order has come into its status. Nobody outside cares for a review. */
export const factOf = (order: Order): OrderFact | undefined => {
  const { orderId, customerId } = order;
  const at = order.timeline.at(-1)?.at ?? order.placedAt;
  switch (order.status) {
    case 'placed':
      return { contract: OrderPlaced, data: placedData(order) };
    case 'in_review':
      return undefined;
    case 'confirmed':
      return { contract: OrderConfirmed, data: { orderId, customerId, total: order.total, confirmedAt: at } };
    case 'shipped':
      return {
        contract: OrderShipped,
        data: { orderId, customerId, trackingNumber: order.trackingNumber, shippedAt: at },
      };
    case 'rejected':
      return { contract: OrderRejected, data: { orderId, customerId, reason: order.reason, rejectedAt: at } };
  }
};

const placedData = (order: Extract<Order, { status: 'placed' }>): EventData<typeof OrderPlaced> => ({
  orderId: order.orderId,
  customerId: order.customerId,
  lines: [...order.lines],
  total: order.total,
  paymentMethod: order.paymentMethod,
  shippingAddress: order.shippingAddress,
  needsReview: order.needsReview,
  placedAt: order.placedAt,
});
