import { OrderId } from '@emporium/contracts';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { is } from 'valibot';
import { newId } from './id.ts';

test('is what the contracts take', () => {
  expect(is(OrderId, newId('ord'))).toBe(true);
});

test('sorts by time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 30 }), (time, later) => {
      expect(newId('ord', new Date(time)) < newId('ord', new Date(time + later))).toBe(true);
    }),
  );
});
