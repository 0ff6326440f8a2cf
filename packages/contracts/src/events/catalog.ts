import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { Money, Sku } from '../values.ts';

const product = {
  sku: Sku,
  name: v.string(),
  price: Money,
  /** Grows with every change of the product: a consumer keeps the highest that it has seen. */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
};

/** A product is on sale, or its name or price has changed while it is. */
export const ProductPublished = defineEvent('catalog', 'ProductPublished', v.object(product));

/** A product is no longer on sale. */
export const ProductRetired = defineEvent(
  'catalog',
  'ProductRetired',
  v.object({ sku: Sku, version: product.version }),
);
