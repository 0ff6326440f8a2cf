import type { RejectionReason } from '@emporium/contracts';
import type {
  Agreement,
  ConfirmedOrder,
  InReviewOrder,
  Order,
  RejectedOrder,
  ReviewDecision,
  ShippedOrder,
} from './order.ts';

/**
 * What a command does to an order. `unchanged`: it had been done before, so a repeat is as good as the first.
 * `illegal`: the order can't go there from where it is.
 */
export type Transition<Next extends Order = Order> =
  | { readonly outcome: 'changed'; readonly order: Next }
  | { readonly outcome: 'unchanged'; readonly order: Order }
  | { readonly outcome: 'illegal'; readonly order: Order };

/** Puts the order before a person. A new token takes the place of the old one, and of a decision given to it. */
export const requestReview = (order: Order, taskToken: string, at: string): Transition<InReviewOrder> => {
  switch (order.status) {
    case 'placed':
      return changed({
        ...agreement(order),
        status: 'in_review',
        taskToken,
        timeline: next(order, 'in_review', at),
      });
    case 'in_review':
      // The workflow asks again only when its first attempt has failed, and with that the first token.
      return order.taskToken === taskToken
        ? unchanged(order)
        : changed({ ...agreement(order), status: 'in_review', taskToken });
    default:
      return illegal(order);
  }
};

/** Notes what the person decided. Only the first decision counts; the same person may repeat the same one. */
export const decideReview = (
  order: Order,
  choice: ReviewDecision,
  by: string,
  at: string,
): Transition<InReviewOrder> => {
  if (order.status !== 'in_review') return illegal(order);
  if (!order.decision) return changed({ ...order, decision: { choice, by, at } });
  return order.decision.choice === choice && order.decision.by === by ? unchanged(order) : illegal(order);
};

export const confirm = (order: Order, at: string): Transition<ConfirmedOrder> => {
  switch (order.status) {
    case 'placed':
    case 'in_review':
      return changed({ ...agreement(order), status: 'confirmed', timeline: next(order, 'confirmed', at) });
    case 'confirmed':
    case 'shipped':
      return unchanged(order);
    case 'rejected':
      return illegal(order);
  }
};

export const ship = (order: Order, trackingNumber: string, at: string): Transition<ShippedOrder> => {
  switch (order.status) {
    case 'confirmed':
      return changed({
        ...agreement(order),
        status: 'shipped',
        trackingNumber,
        timeline: next(order, 'shipped', at),
      });
    case 'shipped':
      return unchanged(order);
    default:
      return illegal(order);
  }
};

/** A confirmed order can still be rejected, as capturing or the shipment may fail. One that has left can't. */
export const reject = (order: Order, reason: RejectionReason, at: string): Transition<RejectedOrder> => {
  switch (order.status) {
    case 'placed':
    case 'in_review':
    case 'confirmed':
      return changed({
        ...agreement(order),
        status: 'rejected',
        reason,
        timeline: next(order, 'rejected', at),
      });
    case 'rejected':
      return unchanged(order);
    case 'shipped':
      return illegal(order);
  }
};

const changed = <Next extends Order>(order: Next): Transition<Next> => ({ outcome: 'changed', order });
const unchanged = (order: Order): Transition<never> => ({ outcome: 'unchanged', order });
const illegal = (order: Order): Transition<never> => ({ outcome: 'illegal', order });

const next = (order: Order, status: Order['status'], at: string) => [...order.timeline, { status, at }];

// Spelt out, so that nothing of one state (a task token) is carried into the next.
const agreement = (order: Agreement): Agreement => ({
  orderId: order.orderId,
  customerId: order.customerId,
  lines: order.lines,
  total: order.total,
  paymentMethod: order.paymentMethod,
  shippingAddress: order.shippingAddress,
  needsReview: order.needsReview,
  placedAt: order.placedAt,
  timeline: order.timeline,
});
