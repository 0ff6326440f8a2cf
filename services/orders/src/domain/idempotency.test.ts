import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf } from './idempotency.ts';

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

test('the order of fields makes no difference', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(fingerprintOf(reversed(value))).toBe(fingerprintOf(value));
    }),
  );
});

test('any other value does', () => {
  expect(fingerprintOf({ quantity: 1 })).not.toBe(fingerprintOf({ quantity: 2 }));
  expect(fingerprintOf([{ a: 1 }, { b: 2 }])).not.toBe(fingerprintOf([{ b: 2 }, { a: 1 }]));
});
