import type { Money } from '@emporium/contracts';

/** A product that orders knows from catalog's events. */
export type PriceEntry =
  | {
      readonly status: 'on_sale';
      readonly sku: string;
      readonly name: string;
      readonly price: Money;
      readonly version: number;
    }
  | { readonly status: 'retired'; readonly sku: string; readonly version: number };

export type OnSale = Extract<PriceEntry, { status: 'on_sale' }>;

/** What an order may be priced with, by SKU. Absent is unknown: never published, or retired. */
export type Prices = ReadonlyMap<string, OnSale>;
