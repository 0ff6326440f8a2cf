import { expect, test } from '@jest/globals';
import { suggest } from './suggest.ts';

test.each([
  ['OrderTable', ' Did you mean "OrdersTable"?'],
  ['orderstable', ' Did you mean "OrdersTable"?'],
  ['EventBus', ' Did you mean "EventBus"?'],
  ['Invoices', ''],
])('%s', (given, expected) => {
  expect(suggest(given, ['OrdersTable', 'EventBus'])).toBe(expected);
});

test('nothing to choose from', () => {
  expect(suggest('OrdersTable', [])).toBe('');
});
