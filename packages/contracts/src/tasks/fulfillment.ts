import * as v from 'valibot';
import { defineTask } from '../define.ts';
import { Address, CustomerId, OrderId, ShipmentId, StockLine } from '../values.ts';

const lines = v.pipe(v.array(StockLine), v.minLength(1), v.maxLength(100));

/** Sets stock aside for an order, all lines or none. Repeats give the first answer. */
export const ReserveStock = defineTask('fulfillment.reserveStock', {
  input: v.object({ orderId: OrderId, lines }),
  output: v.object({ orderId: OrderId, status: v.literal('reserved') }),
  /** `ReservationReleased`: the order was already undone, and this call came late. */
  errors: ['OutOfStock', 'ReservationReleased'],
});

/** Gives an order's stock back. Without a reservation it bars one that comes late. */
export const ReleaseStock = defineTask('fulfillment.releaseStock', {
  input: v.object({ orderId: OrderId }),
  output: v.object({ orderId: OrderId, status: v.literal('released') }),
  errors: ['AlreadyDispatched'],
});

/** Asks for the parcel of an order whose stock is set aside. Repeats give the first shipment. */
export const RequestShipment = defineTask('fulfillment.requestShipment', {
  input: v.object({ orderId: OrderId, customerId: CustomerId, address: Address }),
  output: v.object({ orderId: OrderId, shipmentId: ShipmentId }),
  errors: ['ShipmentCancelled', 'NotReserved'],
});

/** Cancels an order's shipment unless it has left. Without a shipment it bars one that comes late. */
export const CancelShipment = defineTask('fulfillment.cancelShipment', {
  input: v.object({ orderId: OrderId }),
  output: v.object({ orderId: OrderId, status: v.literal('cancelled') }),
  errors: ['AlreadyDispatched'],
});
