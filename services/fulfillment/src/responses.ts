import type { Customer } from '@emporium/functions';
import type { OrderFulfillment } from './shipment-store.ts';

/** Before there is a shipment nothing here says whose order it is: until then it is an administrator's to see. */
export const maySee = ({ reservation, shipment }: OrderFulfillment, customer: Customer): boolean => {
  if (customer.isAdmin) return reservation !== undefined || shipment !== undefined;
  return shipment !== undefined && shipment.status !== 'barred' && shipment.customerId === customer.id;
};

/** An order's fulfillment as the API shows it. */
export const fulfillmentView = (orderId: string, { reservation, shipment }: OrderFulfillment) => ({
  orderId,
  ...(reservation && { reservation: { status: reservation.status, lines: reservation.lines } }),
  ...(shipment && { shipment: shipmentView(shipment) }),
});

export const shipmentView = (shipment: NonNullable<OrderFulfillment['shipment']>) => {
  const { orderId: _orderId, ...view } = shipment;
  return view;
};
