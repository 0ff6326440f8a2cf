import { describe, expect, test } from '@jest/globals';
import { is } from 'valibot';
import * as contracts from './index.ts';
import {
  Address,
  CustomerId,
  type EventContract,
  Money,
  OrderId,
  Quantity,
  Sku,
  type TaskContract,
  Timestamp,
} from './index.ts';

const all = Object.values(contracts) as unknown[];
const has = (value: unknown, key: string): value is object =>
  typeof value === 'object' && value !== null && key in value;
const events = all.filter((each): each is EventContract => has(each, 'context'));
const tasks = all.filter((each): each is TaskContract => has(each, 'errors'));

describe('the contracts', () => {
  test('events go by different names, in the past tense', () => {
    const names = events.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(15);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z]+(ed|Sent)$/);
  });

  test('tasks name the context and the function that takes them', () => {
    const names = tasks.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(8);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+\.[a-z][A-Za-z]+$/);
  });

  test('what every task of an order takes', () => {
    const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
    for (const { name, input } of tasks) {
      expect({ name, takesNothing: is(input, {}) }).toEqual({ name, takesNothing: false });
      expect({ name, takesAnyId: is(input, { orderId: 'x' }) }).toEqual({ name, takesAnyId: false });
    }
    expect(is(contracts.ReleaseStock.input, { orderId })).toBe(true);
  });
});

describe('the values', () => {
  test.each([0, 1, 100_000_000])('%d is an amount', (amount) => {
    expect(is(Money, { amount, currency: 'EUR' })).toBe(true);
  });
  test.each([-1, 0.5, 100_000_001, Number.NaN, Number.POSITIVE_INFINITY, '1', null])(
    '%p is none',
    (amount) => {
      expect(is(Money, { amount, currency: 'EUR' })).toBe(false);
    },
  );
  test.each(['eur', 'EURO', '', ' EUR', 'EU1'])('%p is no currency', (currency) => {
    expect(is(Money, { amount: 1, currency })).toBe(false);
  });

  test.each(['A', 'MUG-BLUE', '7', 'A'.repeat(40)])('%s is a SKU', (sku) => {
    expect(is(Sku, sku)).toBe(true);
  });
  test.each(['', '-A', 'A-', 'mug', '../A', '🦊', 'A\n', 'A#B', 'A'.repeat(41)])('%j is none', (sku) => {
    expect(is(Sku, sku)).toBe(false);
  });

  test.each([1, 1000])('%d is a quantity', (quantity) => {
    expect(is(Quantity, quantity)).toBe(true);
  });
  test.each([0, -1, 1.5, 1001, 1e300, '1'])('%p is none', (quantity) => {
    expect(is(Quantity, quantity)).toBe(false);
  });

  test.each([
    'ord_1',
    'ord_../../etc/passwd',
    'pay_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
    'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V\n',
    'ord_91JZ8K3V5T2M4N6P8Q0R1S3T5V',
  ])('%j is no order’s id', (id) => {
    expect(is(OrderId, id)).toBe(false);
  });

  test.each(['8b1f6c1e-3a52-4c0b-9a3c-0d6f3b6f2e77'])('%s is a customer’s id', (id) => {
    expect(is(CustomerId, id)).toBe(true);
    expect(is(CustomerId, `${id}#x`)).toBe(false);
  });

  test('a time is what toISOString gives', () => {
    expect(is(Timestamp, new Date().toISOString())).toBe(true);
    expect(is(Timestamp, '2026-01-01')).toBe(false);
    expect(is(Timestamp, 'now')).toBe(false);
  });

  test('an address has no empty line and no control characters', () => {
    const address = {
      name: 'Ada',
      street: 'Main Street 1',
      city: 'Berlin',
      postalCode: '10115',
      country: 'DE',
    };
    expect(is(Address, address)).toBe(true);
    for (const field of ['name', 'street', 'city', 'postalCode', 'country']) {
      expect(is(Address, { ...address, [field]: '  ' })).toBe(false);
      expect(is(Address, { ...address, [field]: 'A\r\nBcc: everybody@example.com' })).toBe(false);
    }
  });
});
