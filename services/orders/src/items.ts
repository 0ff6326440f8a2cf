import { OrderId, Timestamp } from '@emporium/contracts';
import { contentOf } from '@emporium/functions';
import * as v from 'valibot';
import type { Order } from './domain/order.ts';
import type { PriceEntry } from './domain/price-list.ts';
import type { Receipt } from './receipt.ts';

export const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'ORDER' });
export const priceKey = (sku: string) => ({ pk: `PRICE#${sku}`, sk: 'PRICE' });
/** Keys are the customers' own: two who choose the same never meet. */
export const idempotencyKey = (customerId: string, key: string) => ({
  pk: `IDEMPOTENCY#${customerId}#${key}`,
  sk: 'IDEMPOTENCY',
});

/** Where a list of orders goes on. The customer isn't part of it, so it opens nobody else's list. */
export const OrderPosition = v.strictTuple([Timestamp, OrderId]);
export type OrderPosition = v.InferOutput<typeof OrderPosition>;

export const positionOf = ({ placedAt, orderId }: Order): OrderPosition => [placedAt, orderId];

/** The key of the index `byCustomer` at a position. */
export const listKey = ([placedAt, orderId]: OrderPosition, customerId: string) => ({
  ...orderKey(orderId),
  customerId,
  placedAt,
});

/** An order as it was read: `version` says whether it has changed since. */
export interface Stored {
  readonly order: Order;
  readonly version: number;
}

export const orderItem = (order: Order, version: number) => ({
  ...order,
  ...orderKey(order.orderId),
  kind: 'order',
  version,
});

export const toStored = (item: Record<string, unknown>): Stored => {
  const { version, ...order } = contentOf<Order & { version: number }>(item);
  return { order, version };
};

export const priceItem = (entry: PriceEntry) => ({ ...entry, ...priceKey(entry.sku), kind: 'price' });

export const toPriceEntry = (item: Record<string, unknown>) => contentOf<PriceEntry>(item);

/** What a repeat of a request needs: whether it is the same one, and what the first was answered. */
export interface Remembered {
  readonly fingerprint: string;
  readonly receipt: Receipt;
  /** Epoch seconds. DynamoDB deletes within days of it, so readers compare, too. */
  readonly expiresAt: number;
}

// The receipt as text: DynamoDB keeps no order of fields, and a repeat is to be answered to the letter.
export const rememberedItem = (customerId: string, key: string, { receipt, ...rest }: Remembered) => ({
  ...rest,
  receipt: JSON.stringify(receipt),
  ...idempotencyKey(customerId, key),
  kind: 'idempotency',
});

export const toRemembered = (item: Record<string, unknown>): Remembered => {
  const { fingerprint, receipt, expiresAt } = item as Omit<Remembered, 'receipt'> & { receipt: string };
  return { fingerprint, receipt: JSON.parse(receipt), expiresAt };
};
