import type { Address } from '@emporium/contracts';

interface ShipmentOrder {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly address: Address;
  readonly requestedAt: string;
}

export interface RequestedShipment extends ShipmentOrder {
  readonly status: 'requested';
}

export interface DispatchedShipment extends ShipmentOrder {
  readonly status: 'dispatched';
  readonly trackingNumber: string;
  readonly dispatchedAt: string;
}

export interface CancelledShipment extends ShipmentOrder {
  readonly status: 'cancelled';
  readonly cancelledAt: string;
}

/** Cancelled before it was asked for: a tombstone, which bars a request that comes late. */
export interface BarredShipment {
  readonly status: 'barred';
  readonly orderId: string;
  readonly cancelledAt: string;
}

export type Shipment = RequestedShipment | DispatchedShipment | CancelledShipment | BarredShipment;

/** What a call does next, given the shipment as it stands. `done` may be the answer to a repeat. */
export type ShipmentDecision<Next extends Shipment, Done extends Shipment = Next> =
  | { readonly kind: 'write'; readonly next: Next }
  | { readonly kind: 'done'; readonly shipment: Done }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'dispatched'; readonly shipment: DispatchedShipment };

export const decideRequest = (
  current: Shipment | undefined,
  request: ShipmentOrder,
): ShipmentDecision<RequestedShipment, RequestedShipment | DispatchedShipment> => {
  switch (current?.status) {
    case undefined:
      return { kind: 'write', next: { status: 'requested', ...request } };
    case 'requested':
    case 'dispatched':
      return { kind: 'done', shipment: current };
    case 'cancelled':
    case 'barred':
      return { kind: 'cancelled' };
  }
};

export const decideCancel = (
  current: Shipment | undefined,
  orderId: string,
  now: string,
): ShipmentDecision<CancelledShipment | BarredShipment> => {
  switch (current?.status) {
    case undefined:
      return { kind: 'write', next: { status: 'barred', orderId, cancelledAt: now } };
    case 'requested':
      return { kind: 'write', next: { ...current, status: 'cancelled', cancelledAt: now } };
    case 'cancelled':
    case 'barred':
      return { kind: 'done', shipment: current };
    case 'dispatched':
      return { kind: 'dispatched', shipment: current };
  }
};

/** A repeat with the same tracking number is done; with another one it is refused. */
export const decideDispatch = (
  current: Exclude<Shipment, BarredShipment>,
  trackingNumber: string,
  now: string,
): ShipmentDecision<DispatchedShipment> => {
  switch (current.status) {
    case 'requested':
      return { kind: 'write', next: { ...current, status: 'dispatched', trackingNumber, dispatchedAt: now } };
    case 'dispatched':
      return current.trackingNumber === trackingNumber
        ? { kind: 'done', shipment: current }
        : { kind: 'dispatched', shipment: current };
    case 'cancelled':
      return { kind: 'cancelled' };
  }
};
