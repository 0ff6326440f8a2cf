import type { Product } from './domain/product.ts';

export const productKey = (sku: string) => ({ pk: `PRODUCT#${sku}`, sk: 'PRODUCT' });

/** A product as the table keeps it. `listing` puts it into the index `published`, its absence takes it out. */
export const toItem = (product: Product) => ({
  ...productKey(product.sku),
  kind: 'product',
  ...(product.status === 'published' && { listing: 'published' }),
  ...product,
});

/** Items come from {@link toItem} alone. */
export const fromItem = (item: Record<string, unknown>): Product => {
  const { pk: _pk, sk: _sk, kind: _kind, listing: _listing, ...product } = item;
  return product as unknown as Product;
};
