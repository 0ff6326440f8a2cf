import { ConcurrentUpdate, IdempotencyKeyReused, newId, retryContended } from '@emporium/functions';
import { fingerprintOf, REMEMBERED_SECONDS } from './domain/idempotency.ts';
import type { PlacedOrder, UnpricedOrder } from './domain/order.ts';
import { MAX_TOTAL, type OrderRequest, place } from './domain/place-order.ts';
import { PriceChanged, TotalTooLarge } from './errors.ts';
import type { PriceList } from './price-list.ts';
import { type Receipt, receiptFor } from './receipt.ts';
import type { OrderStore } from './store.ts';

export interface Placing {
  readonly store: Pick<OrderStore, 'recall' | 'addOrder'>;
  readonly prices: Pick<PriceList, 'pricesOf'>;
  /** In minor units. */
  readonly reviewLimit: () => number;
}

export interface PlacingRequest {
  readonly customerId: string;
  readonly key: string;
  readonly request: OrderRequest;
  readonly correlationId: string;
  readonly now?: Date;
}

/**
 * Places an order once for a customer's key: a repeat gets the first receipt, also where both come at once.
 *
 * @throws IdempotencyKeyReused, PriceChanged, TotalTooLarge
 */
export const placeOnce = (
  { store, prices, reviewLimit }: Placing,
  { customerId, key, request, correlationId, now = new Date() }: PlacingRequest,
): Promise<Receipt> => {
  const fingerprint = fingerprintOf(request);

  /** What the first request under the key was answered: also where things cost something else by now. */
  const recalled = async (): Promise<Receipt | undefined> => {
    const remembered = await store.recall(customerId, key, now);
    if (remembered && remembered.fingerprint !== fingerprint) throw new IdempotencyKeyReused();
    return remembered?.receipt;
  };

  const priced = async (): Promise<PlacedOrder | UnpricedOrder> =>
    decide(request, {
      orderId: newId('ord'),
      customerId,
      now: now.toISOString(),
      prices: await prices.pricesOf(request.lines.map(({ sku }) => sku)),
      reviewLimit: reviewLimit(),
    });

  return retryContended(async () => {
    let order: PlacedOrder | UnpricedOrder;
    try {
      order = await priced();
    } catch (error) {
      const receipt = await recalled();
      if (receipt === undefined) throw error;
      return receipt;
    }
    const receipt = receiptFor(order);
    const expiresAt = Math.floor(now.getTime() / 1000) + REMEMBERED_SECONDS;
    const remembered = { fingerprint, receipt, expiresAt };
    // Most requests are first requests: they are written without a look, and the write's condition tells.
    if (await store.addOrder(order, { key, remembered, correlationId, now })) return receipt;
    const first = await recalled();
    if (first === undefined) throw new ConcurrentUpdate(`Idempotency-Key ${key}`);
    return first;
  });
};

const decide = (...placement: Parameters<typeof place>): PlacedOrder | UnpricedOrder => {
  const decided = place(...placement);
  switch (decided.outcome) {
    case 'price_changed':
      throw new PriceChanged(decided.total);
    case 'too_large':
      throw new TotalTooLarge(decided.total, MAX_TOTAL);
    default:
      return decided.order;
  }
};
