import type { Money } from '@emporium/contracts';

/** What an administrator says about a product. */
export interface ProductDetails {
  readonly name: string;
  readonly description?: string | undefined;
  readonly price: Money;
}

interface Identified extends ProductDetails {
  readonly sku: string;
  /** Grows with every change, so that consumers can tell old news from new. */
  readonly version: number;
  readonly updatedAt: string;
}

export interface PublishedProduct extends Identified {
  readonly status: 'published';
}

/** No longer on sale. Kept, because a product that comes back has to go on counting its versions. */
export interface RetiredProduct extends Identified {
  readonly status: 'retired';
}

export type Product = PublishedProduct | RetiredProduct;

const sameDetails = (a: ProductDetails, b: ProductDetails) =>
  a.name === b.name &&
  a.description === b.description &&
  a.price.amount === b.price.amount &&
  a.price.currency === b.price.currency;

/** Puts a product on sale, or changes it. Gives back `current` itself where there is nothing to change. */
export const publish = (
  current: Product | undefined,
  sku: string,
  { name, description, price }: ProductDetails,
  now: string,
): PublishedProduct => {
  const details = { name, description, price };
  if (current?.status === 'published' && sameDetails(current, details)) return current;
  return { status: 'published', sku, ...details, version: (current?.version ?? 0) + 1, updatedAt: now };
};

/** Takes a product off sale. Gives back `current` itself where that has been done. */
export const retire = (current: Product, now: string): RetiredProduct =>
  current.status === 'retired'
    ? current
    : { ...current, status: 'retired', version: current.version + 1, updatedAt: now };
