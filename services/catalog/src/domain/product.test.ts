import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Product, publish, retire } from './product.ts';

const now = '2026-01-02T03:04:05.000Z';
const mug = { name: 'Mug', description: 'Holds tea', price: { amount: 1299, currency: 'EUR' } };

test('a new product is version 1', () => {
  expect(publish(undefined, 'MUG', mug, now)).toEqual({
    status: 'published',
    sku: 'MUG',
    ...mug,
    version: 1,
    updatedAt: now,
  });
});

test('putting the same again changes nothing', () => {
  const product = publish(undefined, 'MUG', mug, now);
  expect(publish(product, 'MUG', structuredClone(mug), 'later')).toBe(product);
});

test.each([
  { name: 'Cup' },
  { description: undefined },
  { price: { amount: 1, currency: 'EUR' } },
  { price: { amount: 1299, currency: 'USD' } },
])('any change is a new version: %j', (change) => {
  const product = publish(undefined, 'MUG', mug, now);
  expect(publish(product, 'MUG', { ...mug, ...change }, now)).toMatchObject({ version: 2, ...change });
});

test('a product that comes back goes on counting', () => {
  const retired = retire(publish(undefined, 'MUG', mug, now), now);
  expect(retire(retired, 'later')).toBe(retired);
  expect(publish(retired, 'MUG', mug, now)).toMatchObject({ status: 'published', version: 3 });
});

test('the version grows with every change and with nothing else', () => {
  const aCommand = fc.oneof(fc.constant('retire' as const), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(aCommand), (commands) => {
      let current: Product | undefined;
      for (const command of commands) {
        const before: Product | undefined = current;
        if (command !== 'retire') {
          const details = { name: 'Mug', price: { amount: command, currency: 'EUR' } };
          current = publish(current, 'MUG', details, now);
        } else if (current) current = retire(current, now);
        const grown = (current?.version ?? 0) - (before?.version ?? 0);
        expect(grown).toBe(current === before ? 0 : 1);
      }
    }),
  );
});
