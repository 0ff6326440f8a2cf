import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_TOTAL, type OrderRequest, type PlacementFacts, place, SHOP_CURRENCY } from './place-order.ts';
import type { OnSale, Prices } from './price-list.ts';

const address = {
  name: 'Ada',
  street: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
};

const onSale = (sku: string, amount: number, currency = SHOP_CURRENCY): OnSale => ({
  status: 'on_sale',
  sku,
  name: `The ${sku}`,
  price: { amount, currency },
  version: 1,
});

const pricesOf = (...entries: OnSale[]): Prices => new Map(entries.map((entry) => [entry.sku, entry]));

const request = (lines: OrderRequest['lines'], total?: OrderRequest['total']): OrderRequest => ({
  lines,
  paymentMethod: 'pm_card_visa',
  shippingAddress: address,
  total,
});

const facts = (prices: Prices, reviewLimit = 100_000): PlacementFacts => ({
  orderId: 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  customerId: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f',
  now: '2026-01-01T00:00:00.000Z',
  prices,
  reviewLimit,
});

/** Lines of distinct SKUs, each with a price, up to the limits of the contracts. */
const pricedLines = fc.uniqueArray(
  fc.record({
    sku: fc.stringMatching(/^[A-Z0-9]{1,10}$/),
    quantity: fc.integer({ min: 1, max: 1000 }),
    price: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 100_000_000 })),
  }),
  { selector: ({ sku }) => sku, minLength: 1, maxLength: 100 },
);

describe('any order', () => {
  test('costs what its lines cost, exactly, or is refused as too large', () => {
    fc.assert(
      fc.property(pricedLines, (lines) => {
        const prices = pricesOf(...lines.map(({ sku, price }) => onSale(sku, price)));
        const exact = lines.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * BigInt(price), 0n);

        const placement = place(request(lines), facts(prices));

        expect(placement.outcome).toBe(exact > BigInt(MAX_TOTAL) ? 'too_large' : 'placed');
        if (placement.outcome === 'too_large') expect(BigInt(placement.total.amount)).toBe(exact);
        if (placement.outcome === 'placed') expect(BigInt(placement.order.total.amount)).toBe(exact);
      }),
    );
  });

  test('names every SKU that has no price, and only those', () => {
    fc.assert(
      fc.property(pricedLines, fc.infiniteStream(fc.boolean()), (lines, coin) => {
        const known = lines.filter(() => coin.next().value);
        fc.pre(known.length < lines.length);
        const prices = pricesOf(...known.map(({ sku, price }) => onSale(sku, price)));

        const placement = place(request(lines), facts(prices));

        expect(placement).toMatchObject({
          outcome: 'rejected',
          order: {
            status: 'rejected',
            reason: 'unknown_product',
            unknownSkus: lines.filter((line) => !known.includes(line)).map(({ sku }) => sku),
          },
        });
      }),
    );
  });
});

describe('a total that the customer was shown', () => {
  const prices = pricesOf(onSale('MUG', 1250));

  test('is agreed on where it still holds', () => {
    const shown = { amount: 2500, currency: 'EUR' };
    expect(place(request([{ sku: 'MUG', quantity: 2 }], shown), facts(prices)).outcome).toBe('placed');
  });

  test.each([
    { amount: 2499, currency: 'EUR' },
    { amount: 2500, currency: 'USD' },
  ])('is corrected where it does not: %o', (shown) => {
    expect(place(request([{ sku: 'MUG', quantity: 2 }], shown), facts(prices))).toEqual({
      outcome: 'price_changed',
      total: { amount: 2500, currency: 'EUR' },
    });
  });
});

test.each([
  [100_000, false],
  [100_001, true],
])('an order of %i needs a review: %s', (amount, needsReview) => {
  const placement = place(request([{ sku: 'MUG', quantity: 1 }]), facts(pricesOf(onSale('MUG', amount))));

  expect(placement).toMatchObject({ outcome: 'placed', order: { needsReview } });
});

test('a product priced in another currency is unknown', () => {
  const placement = place(request([{ sku: 'MUG', quantity: 1 }]), facts(pricesOf(onSale('MUG', 1, 'USD'))));

  expect(placement).toMatchObject({ outcome: 'rejected', order: { unknownSkus: ['MUG'] } });
});
