import type { Address, Money, OrderLine, RejectionReason, StockLine } from '@emporium/contracts';

interface TimelineEntry {
  readonly status: Order['status'];
  /** ISO 8601, UTC. */
  readonly at: string;
}

interface Identity {
  readonly orderId: string;
  readonly customerId: string;
  readonly placedAt: string;
  /** Every status that the order has had, oldest first. */
  readonly timeline: readonly TimelineEntry[];
}

/** What was agreed on when the order was placed. Never changes. */
export interface Agreement extends Identity {
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentMethod: string;
  readonly shippingAddress: Address;
  /** A person has to approve it before it is confirmed. */
  readonly needsReview: boolean;
}

export interface PlacedOrder extends Agreement {
  readonly status: 'placed';
}

export type ReviewDecision = 'approve' | 'decline';

export interface InReviewOrder extends Agreement {
  readonly status: 'in_review';
  /** Completes the workflow's waiting step. */
  readonly taskToken: string;
  readonly decision?: { readonly choice: ReviewDecision; readonly by: string; readonly at: string };
}

export interface ConfirmedOrder extends Agreement {
  readonly status: 'confirmed';
}

export interface ShippedOrder extends Agreement {
  readonly status: 'shipped';
  readonly trackingNumber: string;
}

/** Rejected by the workflow, after everything was undone. */
export interface RejectedOrder extends Agreement {
  readonly status: 'rejected';
  readonly reason: RejectionReason;
}

/** Rejected the moment it was placed: without a price for every line there is nothing to agree on. */
export interface UnpricedOrder extends Identity {
  readonly status: 'rejected';
  readonly reason: 'unknown_product';
  readonly unknownSkus: readonly string[];
  readonly lines: readonly StockLine[];
}

export type Order =
  | PlacedOrder
  | InReviewOrder
  | ConfirmedOrder
  | ShippedOrder
  | RejectedOrder
  | UnpricedOrder;

export const isPriced = (order: Order): order is Exclude<Order, UnpricedOrder> => 'total' in order;
