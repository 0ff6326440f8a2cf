import type { StockLine } from '@emporium/contracts';
import { newId } from '@emporium/functions';
import { eventsOf, itemsOf, samples } from '@emporium/testing';
import { resources } from '../resources.ts';
import { discrepancies } from './domain/books.ts';
import { toReservation, toStock } from './items.ts';
import { fulfillmentStore } from './store.ts';

/** What the store's tests share: short names for its calls, and a look at the whole table. */
export const call = { correlationId: 'test' };

const { customerId, address } = samples;

export const shop = fulfillmentStore();

let skus = 0;
/** A SKU of its own for every test, with `quantity` of it on the shelf. */
export const newSku = async (quantity: number): Promise<string> => {
  const sku = `SKU-${++skus}`;
  if (quantity > 0) await shop.stock.receiveStock({ sku, quantity }, { key: newId('rcp'), ...call });
  return sku;
};
export const newSkus = (count: number, quantity: number) =>
  Promise.all(Array.from({ length: count }, () => newSku(quantity)));

export const oneOfEach = (wanted: readonly string[]) => wanted.map((sku) => ({ sku, quantity: 1 }));

export const reserve = (orderId: string, ...wanted: string[]) =>
  shop.reservations.reserve(orderId, oneOfEach(wanted), orderId);
export const release = (orderId: string) => shop.reservations.release(orderId, orderId);
export const request = (orderId: string) => shop.shipments.request({ orderId, customerId, address }, call);
export const dispatch = (shipmentId: string, trackingNumber = 'TRACK-1') =>
  shop.shipments.dispatch(shipmentId, trackingNumber, call);
export const cancel = (orderId: string) => shop.shipments.cancel(orderId, call);

export const stockOf = (sku: string) => shop.stock.getStock(sku);
export const statusOf = async (orderId: string) =>
  (await shop.shipments.getOrder(orderId)).reservation?.status;

/** The names of the events of an order, in the order of the alphabet. */
export const factsOf = async (orderId: string) =>
  (await eventsOf(resources.FulfillmentTable))
    .filter(({ data }) => data.orderId === orderId)
    .map(({ name }) => name)
    .sort();

/** Receipts against stock, and stock against reservations, over the whole table. */
export const wrongStock = async () => {
  const items = await itemsOf(resources.FulfillmentTable);
  const ofKind = (wanted: string) => items.filter(({ kind }) => kind === wanted);
  return discrepancies({
    stock: ofKind('stock').map(toStock),
    receipts: ofKind('receipt') as unknown as StockLine[],
    reservations: ofKind('reservation').map(toReservation),
  });
};

/** How each call ended: `done`, or the name of its error. */
export const outcomes = async (calls: readonly Promise<unknown>[]): Promise<string[]> => {
  const results = await Promise.allSettled(calls);
  return results.map((result) => (result.status === 'rejected' ? result.reason.name : 'done'));
};

export const count = (names: readonly string[], name: string) => names.filter((one) => one === name).length;
