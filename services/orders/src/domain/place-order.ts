import type { Address, Money, OrderLine, StockLine } from '@emporium/contracts';
import type { PlacedOrder, UnpricedOrder } from './order.ts';
import type { OnSale, Prices } from './price-list.ts';

/** What the shop sells in. */
export const SHOP_CURRENCY = 'EUR';

/** The largest total of an order, in minor units: the contracts' `Money` goes no further. */
export const MAX_TOTAL = 100_000_000;

export interface OrderRequest {
  readonly lines: readonly StockLine[];
  readonly paymentMethod: string;
  readonly shippingAddress: Address;
  /** What the customer was shown. */
  readonly total?: Money | undefined;
}

export interface PlacementFacts {
  readonly orderId: string;
  readonly customerId: string;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly prices: Prices;
  /** Orders above it, in minor units, wait for a person. */
  readonly reviewLimit: number;
}

export type Placement =
  | { readonly outcome: 'placed'; readonly order: PlacedOrder }
  | { readonly outcome: 'rejected'; readonly order: UnpricedOrder }
  | { readonly outcome: 'price_changed'; readonly total: Money }
  | { readonly outcome: 'too_large'; readonly total: Money };

/** Decides what becomes of a request for an order. */
export const place = (request: OrderRequest, facts: PlacementFacts): Placement => {
  const unknownSkus = request.lines.map(({ sku }) => sku).filter((sku) => !priceOf(sku, facts.prices));
  if (unknownSkus.length > 0) {
    return { outcome: 'rejected', order: unpriced(request, facts, unknownSkus) };
  }
  const lines = priceLines(request.lines, facts.prices);
  const total = totalOf(lines);
  if (total.amount > MAX_TOTAL) return { outcome: 'too_large', total };
  if (request.total && !isSame(request.total, total)) return { outcome: 'price_changed', total };
  return { outcome: 'placed', order: placed(request, facts, lines, total) };
};

// A price in another currency can't be part of a total, so the product counts as unknown.
const priceOf = (sku: string, prices: Prices): OnSale | undefined => {
  const entry = prices.get(sku);
  return entry?.price.currency === SHOP_CURRENCY ? entry : undefined;
};

const priceLines = (lines: readonly StockLine[], prices: Prices): OrderLine[] =>
  lines.flatMap(({ sku, quantity }) => {
    const entry = priceOf(sku, prices);
    return entry ? [{ sku, name: entry.name, quantity, unitPrice: entry.price }] : [];
  });

// Exact: 100 lines of 1000 pieces at the highest price are 10^13, far below 2^53.
const totalOf = (lines: readonly OrderLine[]): Money => ({
  amount: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0),
  currency: SHOP_CURRENCY,
});

const isSame = (a: Money, b: Money) => a.amount === b.amount && a.currency === b.currency;

const placed = (
  { paymentMethod, shippingAddress }: OrderRequest,
  { orderId, customerId, now, reviewLimit }: PlacementFacts,
  lines: readonly OrderLine[],
  total: Money,
): PlacedOrder => ({
  status: 'placed',
  orderId,
  customerId,
  lines,
  total,
  paymentMethod,
  shippingAddress,
  needsReview: total.amount > reviewLimit,
  placedAt: now,
  timeline: [{ status: 'placed', at: now }],
});

const unpriced = (
  { lines }: OrderRequest,
  { orderId, customerId, now }: PlacementFacts,
  unknownSkus: readonly string[],
): UnpricedOrder => ({
  status: 'rejected',
  reason: 'unknown_product',
  unknownSkus,
  orderId,
  customerId,
  lines,
  placedAt: now,
  timeline: [{ status: 'rejected', at: now }],
});
