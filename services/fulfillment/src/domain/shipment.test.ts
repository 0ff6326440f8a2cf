import { describe, expect, test } from '@jest/globals';
import { decideCancel, decideDispatch, decideRequest, type RequestedShipment } from './shipment.ts';

const now = '2026-01-02T03:04:05.000Z';
const request = {
  shipmentId: 'shp_1',
  orderId: 'ord_1',
  customerId: 'customer',
  address: { name: 'Ada', street: 'Main Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
  requestedAt: now,
};
const requested: RequestedShipment = { status: 'requested', ...request };
const dispatched = { ...requested, status: 'dispatched', trackingNumber: 'T1', dispatchedAt: now } as const;
const cancelled = { ...requested, status: 'cancelled', cancelledAt: now } as const;
const barred = { status: 'barred', orderId: 'ord_1', cancelledAt: now } as const;

describe('a request', () => {
  test('makes a shipment', () => {
    expect(decideRequest(undefined, request)).toEqual({ kind: 'write', next: requested });
  });
  test.each([requested, dispatched])('that comes again gets the first shipment ($status)', (current) => {
    expect(decideRequest(current, { ...request, shipmentId: 'shp_2' })).toEqual({
      kind: 'done',
      shipment: current,
    });
  });
  test.each([cancelled, barred])('that comes after the cancellation is refused ($status)', (current) => {
    expect(decideRequest(current, request)).toEqual({ kind: 'cancelled' });
  });
});

describe('a cancellation', () => {
  test('without a shipment bars the request that comes late', () => {
    expect(decideCancel(undefined, 'ord_1', now)).toEqual({ kind: 'write', next: barred });
  });
  test('ends a shipment that has not left', () => {
    expect(decideCancel(requested, 'ord_1', now)).toEqual({ kind: 'write', next: cancelled });
  });
  test.each([cancelled, barred])('that comes again is done ($status)', (current) => {
    expect(decideCancel(current, 'ord_1', 'later')).toEqual({ kind: 'done', shipment: current });
  });
  test('can not call back what has left', () => {
    expect(decideCancel(dispatched, 'ord_1', now)).toEqual({ kind: 'dispatched', shipment: dispatched });
  });
});

describe('a dispatch', () => {
  test('sends the parcel off', () => {
    expect(decideDispatch(requested, 'T1', now)).toEqual({ kind: 'write', next: dispatched });
  });
  test('that comes again is done', () => {
    expect(decideDispatch(dispatched, 'T1', 'later')).toEqual({ kind: 'done', shipment: dispatched });
  });
  test('under another tracking number is refused', () => {
    expect(decideDispatch(dispatched, 'T2', now)).toEqual({ kind: 'dispatched', shipment: dispatched });
  });
  test('of a cancelled shipment is refused', () => {
    expect(decideDispatch(cancelled, 'T1', now)).toEqual({ kind: 'cancelled' });
  });
});
