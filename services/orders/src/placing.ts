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
  return retryContended(async () => {
    // Before any price is looked at: a repeat is answered as the first was, whatever things cost by now.
    const remembered = await store.recall(customerId, key, now);
    if (remembered) {
      if (remembered.fingerprint !== fingerprint) throw new IdempotencyKeyReused();
      return remembered.receipt;
    }
    const order = decide(request, {
      orderId: newId('ord'),
      customerId,
      now: now.toISOString(),
      prices: await prices.pricesOf(request.lines.map(({ sku }) => sku)),
      reviewLimit: reviewLimit(),
    });
    const receipt = receiptFor(order);
    const expiresAt = Math.floor(now.getTime() / 1000) + REMEMBERED_SECONDS;
    const added = await store.addOrder(order, {
      key,
      remembered: { fingerprint, receipt, expiresAt },
      correlationId,
      now,
    });
    if (!added) throw new ConcurrentUpdate(`Idempotency-Key ${key}`);
    return receipt;
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
