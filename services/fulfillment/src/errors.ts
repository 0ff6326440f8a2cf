import { DomainError, type Problems } from '@emporium/functions';

/** The workflow's final answers go by these names: see the task contracts. */
export class OutOfStock extends DomainError {
  constructor(orderId: string, missing: readonly string[]) {
    super('OutOfStock', { orderId, missing }, `There is too little of ${missing.join(', ')} for ${orderId}.`);
  }
}

export class ReservationReleased extends DomainError {
  constructor(orderId: string) {
    super('ReservationReleased', { orderId }, `The reservation of ${orderId} was released before.`);
  }
}

export class NotReserved extends DomainError {
  constructor(orderId: string) {
    super('NotReserved', { orderId }, `The stock of ${orderId} is not reserved.`);
  }
}

export class ShipmentCancelled extends DomainError {
  constructor(orderId: string) {
    super('ShipmentCancelled', { orderId }, `The shipment of ${orderId} is cancelled.`);
  }
}

export class AlreadyDispatched extends DomainError {
  constructor(orderId: string) {
    super('AlreadyDispatched', { orderId }, `The shipment of ${orderId} has left.`);
  }
}

export class ShipmentNotFound extends DomainError {
  constructor(shipmentId: string) {
    super('ShipmentNotFound', { shipmentId }, `There is no shipment ${shipmentId}.`);
  }
}

export class OrderNotFound extends DomainError {
  constructor(orderId: string) {
    super('OrderNotFound', { orderId }, `There is no order ${orderId}.`);
  }
}

/** How HTTP answers them. */
export const problems: Problems = {
  NotReserved: { status: 409, title: 'The stock is not reserved' },
  ShipmentCancelled: { status: 409, title: 'The shipment is cancelled' },
  AlreadyDispatched: { status: 409, title: 'The shipment has left' },
  ShipmentNotFound: { status: 404, title: 'Shipment not found' },
  OrderNotFound: { status: 404, title: 'Order not found' },
};
