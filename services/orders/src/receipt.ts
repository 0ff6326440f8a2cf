import type { Money } from '@emporium/contracts';
import type { PlacedOrder, UnpricedOrder } from './domain/order.ts';

/** What the customer is answered for a placed order. Kept, so that a repeat is answered the same. */
export type Receipt =
  | { readonly orderId: string; readonly status: 'placed'; readonly total: Money }
  | {
      readonly orderId: string;
      readonly status: 'rejected';
      readonly reason: 'unknown_product';
      readonly unknownSkus: readonly string[];
    };

export const receiptFor = (order: PlacedOrder | UnpricedOrder): Receipt =>
  order.status === 'placed'
    ? { orderId: order.orderId, status: order.status, total: order.total }
    : {
        orderId: order.orderId,
        status: order.status,
        reason: order.reason,
        unknownSkus: order.unknownSkus,
      };
