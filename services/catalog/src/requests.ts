import { Money, Sku, singleLine } from '@emporium/contracts';
import { pageQuery } from '@emporium/functions';
import * as v from 'valibot';

export const ProductPath = v.object({ sku: Sku });

/** The shop sells in one currency, and a gateway can't authorize an amount of nothing. */
const Price = v.strictObject({
  amount: v.pipe(v.number(), v.minValue(1), Money.entries.amount),
  currency: v.literal('EUR', 'must be EUR, the currency of the shop'),
});

export const ProductBody = v.strictObject({
  name: singleLine(200),
  description: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(5000))),
  price: Price,
});

export const ProductsQuery = pageQuery(Sku, { limit: 50 });
