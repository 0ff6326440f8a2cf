import { OrderId, ShipmentId, Sku } from '@emporium/contracts';
import * as v from 'valibot';

export const StockPath = v.object({ sku: Sku });
export const OrderPath = v.object({ orderId: OrderId });
export const ShipmentPath = v.object({ shipmentId: ShipmentId });

export const ReceiptBody = v.strictObject({
  quantity: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
});

export const DispatchBody = v.strictObject({
  trackingNumber: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9-]{4,40}$/, 'must be 4 to 40 letters, digits and dashes'),
  ),
});
