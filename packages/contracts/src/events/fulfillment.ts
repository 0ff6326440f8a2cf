import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { OrderId, ShipmentId, Sku, StockLine, Timestamp } from '../values.ts';

const stock = { orderId: OrderId, lines: v.array(StockLine) };

/** An order's stock is set aside: all of its lines. */
export const StockReserved = defineEvent('fulfillment', 'StockReserved', v.object(stock));
/** What was set aside for an order is free to sell again. */
export const StockReleased = defineEvent('fulfillment', 'StockReleased', v.object(stock));

/** Stock has come in: `quantity` pieces on top of what was there. */
export const StockReceived = defineEvent(
  'fulfillment',
  'StockReceived',
  v.object({ sku: Sku, quantity: v.pipe(v.number(), v.integer()) }),
);

const shipment = { shipmentId: ShipmentId, orderId: OrderId };

/** An order's parcel is to be packed. */
export const ShipmentRequested = defineEvent('fulfillment', 'ShipmentRequested', v.object(shipment));
/** An order's parcel is not to leave any more. */
export const ShipmentCancelled = defineEvent('fulfillment', 'ShipmentCancelled', v.object(shipment));
/** An order's parcel has left, and with it the stock. */
export const ShipmentDispatched = defineEvent(
  'fulfillment',
  'ShipmentDispatched',
  v.object({ ...shipment, trackingNumber: v.string(), dispatchedAt: Timestamp }),
);
