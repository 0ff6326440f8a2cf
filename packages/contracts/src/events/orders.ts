import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import {
  Address,
  CustomerId,
  Money,
  OrderId,
  PaymentMethodId,
  Quantity,
  RejectionReason,
  Sku,
  Timestamp,
} from '../values.ts';

/** One line of a placed order, at the price it was sold for. */
export const OrderLine = v.object({ sku: Sku, name: v.string(), quantity: Quantity, unitPrice: Money });
export type OrderLine = v.InferOutput<typeof OrderLine>;

/** A customer has placed an order, at these prices: what the order workflow starts from. */
export const OrderPlaced = defineEvent(
  'orders',
  'OrderPlaced',
  v.object({
    orderId: OrderId,
    customerId: CustomerId,
    lines: v.array(OrderLine),
    total: Money,
    paymentMethod: PaymentMethodId,
    shippingAddress: Address,
    /** A person has to approve it before it is confirmed. */
    needsReview: v.boolean(),
    placedAt: Timestamp,
  }),
);

/** The stock is set aside and the money is held. From here on only the order's own workflow can still undo it. */
export const OrderConfirmed = defineEvent(
  'orders',
  'OrderConfirmed',
  v.object({ orderId: OrderId, customerId: CustomerId, total: Money, confirmedAt: Timestamp }),
);

/** An order has ended without a sale, and whatever was done for it is undone. */
export const OrderRejected = defineEvent(
  'orders',
  'OrderRejected',
  v.object({ orderId: OrderId, customerId: CustomerId, reason: RejectionReason, rejectedAt: Timestamp }),
);

/** An order is on its way to the customer. */
export const OrderShipped = defineEvent(
  'orders',
  'OrderShipped',
  v.object({ orderId: OrderId, customerId: CustomerId, trackingNumber: v.string(), shippedAt: Timestamp }),
);
