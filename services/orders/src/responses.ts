import { isPriced, type Order } from './domain/order.ts';

/** An order as a list shows it. */
export const orderSummary = (order: Order) => ({
  orderId: order.orderId,
  status: order.status,
  ...(isPriced(order) && { total: order.total }),
  ...(order.status === 'rejected' && { reason: order.reason }),
  placedAt: order.placedAt,
});

/** An order as its customer sees it. Spelt out, so that no task token or payment method slips out. */
export const orderView = (order: Order) => ({
  ...orderSummary(order),
  lines: order.lines,
  ...(isPriced(order) && { shippingAddress: order.shippingAddress }),
  ...(order.status === 'shipped' && { trackingNumber: order.trackingNumber }),
  ...('unknownSkus' in order && { unknownSkus: order.unknownSkus }),
  timeline: order.timeline,
});
