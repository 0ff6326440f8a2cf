import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { behaviourOfToken, cardOf, isExpired } from './cards.ts';

const expiry = { expMonth: 12, expYear: 2034 };

test.each([
  ['4242424242424242', 'approve'],
  ['4000000000000002', 'card_declined'],
  ['4000000000009995', 'insufficient_funds'],
  ['4000000000000119', 'processing_error'],
])('%s will %s', (number, behaviour) => {
  expect(cardOf(number, expiry)).toMatchObject({ behaviour, last4: number.slice(-4) });
});

test('takes no number but the test cards, and no name that every object has', () => {
  fc.assert(fc.property(fc.stringMatching(/^5\d{15}$/), (number) => cardOf(number, expiry) === undefined));
  expect(cardOf('constructor', expiry)).toBeUndefined();
  expect(behaviourOfToken('constructor')).toBeUndefined();
});

test('remembers four digits and no more', () => {
  expect(JSON.stringify(cardOf('4242424242424242', expiry))).not.toContain('42424');
});

test('a card is good to the end of its month', () => {
  expect(isExpired({ expMonth: 6, expYear: 2026 }, new Date('2026-06-30T23:59:59.999Z'))).toBe(false);
  expect(isExpired({ expMonth: 6, expYear: 2026 }, new Date('2026-07-01T00:00:00.000Z'))).toBe(true);
});
