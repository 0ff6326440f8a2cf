import { contentOf } from '@emporium/functions';
import type { Product } from './domain/product.ts';

export const productKey = (sku: string) => ({ pk: `PRODUCT#${sku}`, sk: 'PRODUCT' });

/** A product as the table keeps it. `listing` puts it into the index `published`, its absence takes it out. */
export const productItem = (product: Product) => ({
  ...productKey(product.sku),
  kind: 'product',
  ...(product.status === 'published' && { listing: 'published' }),
  ...product,
});

/** Items come from {@link productItem} alone. */
export const toProduct = (item: Record<string, unknown>): Product => {
  const { listing: _listing, ...product } = contentOf<Product & { listing?: string }>(item);
  return product;
};
