import { Address, Money, OrderId, PaymentMethodId, StockLine } from '@emporium/contracts';
import { pageQuery } from '@emporium/functions';
import * as v from 'valibot';
import { SHOP_CURRENCY } from './domain/place-order.ts';
import { OrderPosition } from './items.ts';

/** One line a SKU: which of two prices or quantities was meant is not for the shop to guess. */
const Lines = v.pipe(
  v.array(v.strictObject(StockLine.entries)),
  v.minLength(1, 'must have at least one line'),
  v.maxLength(100, 'must have at most 100 lines'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const seen = new Map<string, number>();
    for (const [index, line] of dataset.value.entries()) {
      const first = seen.get(line.sku);
      if (first === undefined) {
        seen.set(line.sku, index);
        continue;
      }
      addIssue({
        message: `${line.sku} is in lines.${first} already: put a SKU into one line, with all of its quantity`,
        path: [
          { type: 'array', origin: 'value', input: dataset.value, key: index, value: line },
          { type: 'object', origin: 'value', input: line, key: 'sku', value: line.sku },
        ],
      });
    }
  }),
);

export const PlaceOrderBody = v.strictObject({
  currency: v.literal(SHOP_CURRENCY, `must be ${SHOP_CURRENCY}, the shop's currency`),
  lines: Lines,
  paymentMethod: PaymentMethodId,
  shippingAddress: Address,
  total: v.optional(Money),
});

export const OrderPath = v.object({ orderId: OrderId });

export const OrdersQuery = pageQuery(OrderPosition);

export const ReviewOrderBody = v.strictObject({
  decision: v.picklist(['approve', 'decline'], 'must be approve or decline'),
});
