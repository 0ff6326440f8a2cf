import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { OrderId, ShipmentId, Sku, StockLine, Timestamp } from '../values.ts';

const stock = { orderId: OrderId, lines: v.array(StockLine) };

export const StockReserved = defineEvent('fulfillment', 'StockReserved', v.object(stock));
export const StockReleased = defineEvent('fulfillment', 'StockReleased', v.object(stock));

/** The stock of a SKU was received or counted. */
export const StockReceived = defineEvent(
  'fulfillment',
  'StockReceived',
  v.object({ sku: Sku, quantity: v.pipe(v.number(), v.integer()) }),
);

const shipment = { shipmentId: ShipmentId, orderId: OrderId };

export const ShipmentRequested = defineEvent('fulfillment', 'ShipmentRequested', v.object(shipment));
export const ShipmentCancelled = defineEvent('fulfillment', 'ShipmentCancelled', v.object(shipment));
export const ShipmentDispatched = defineEvent(
  'fulfillment',
  'ShipmentDispatched',
  v.object({ ...shipment, trackingNumber: v.string(), dispatchedAt: Timestamp }),
);
