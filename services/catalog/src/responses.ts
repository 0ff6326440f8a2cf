import type { Product } from './domain/product.ts';

/** A product as the API shows it. */
export const productView = ({ sku, name, description, price, version }: Product) => ({
  sku,
  name,
  ...(description !== undefined && { description }),
  price,
  version,
});

/** Short enough that a new price is everywhere within seconds; orders are checked against prices of their own. */
export const briefly = { 'cache-control': 'public, max-age=5' };
