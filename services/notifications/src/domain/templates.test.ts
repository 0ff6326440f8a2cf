import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MessageContent, renderEmail } from './templates.ts';

const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const confirmed: MessageContent = { template: 'order-confirmed', total: { amount: 123456, currency: 'EUR' } };

test('a confirmation names the order and the amount', () => {
  const { subject, text } = renderEmail(confirmed, { orderId, name: 'Ada' });
  expect(subject).toContain(orderId);
  expect(text).toContain('Hello Ada,');
  expect(text).toContain('€1,234.56');
});

test('a currency without minor units is not divided', () => {
  const total = { amount: 500, currency: 'JPY' };
  const { text } = renderEmail({ template: 'order-confirmed', total }, { orderId, name: 'Ada' });
  expect(text).toMatch(/500/);
});

test.each([
  ['out_of_stock', 'out of stock'],
  ['payment_declined', 'your card was declined'],
  ['insufficient_funds', 'insufficient funds'],
  ['unknown_product', 'no longer on sale'],
] as const)('a rejection for %s tells the customer why', (reason, words) => {
  expect(renderEmail({ template: 'order-rejected', reason }, { orderId, name: 'Ada' }).text).toContain(words);
});

test('nothing from outside becomes markup', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, trackingNumber) => {
      const { html } = renderEmail({ template: 'order-shipped', trackingNumber }, { orderId, name });
      const tags = new Set(html.match(/<[^>]*>?/g));
      expect(
        [...tags].filter((tag) => !/^<(!doctype html|html lang="en"|\/?(html|body|p))>$/.test(tag)),
      ).toEqual([]);
    }),
  );
});
