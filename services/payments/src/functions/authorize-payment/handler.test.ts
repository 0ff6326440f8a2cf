import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { memoryGateway, memoryStore } from '../../test-helpers.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const make = () => createHandler({ store: memoryTable(), gateway: memoryGateway().gateway });
const memoryTable = () => ({ ...memoryStore().store, history: async () => undefined });

test('answers as the contract says', async () => {
  await expect(make()(event, lambdaContext('authorizePayment'))).resolves.toEqual({
    orderId: event.orderId,
    paymentId: expect.stringMatching(/^pay_/),
    status: 'authorized',
  });
});

test('a declined card is an error by that name', async () => {
  const declined = { ...event, paymentMethod: 'pm_card_chargeDeclined' };
  await expect(make()(declined, lambdaContext('authorizePayment'))).rejects.toMatchObject({
    name: 'CardDeclined',
  });
});

test.each([
  ['orderId', { orderId: '../' }],
  ['amount.amount', { amount: { amount: -1, currency: 'EUR' } }],
  ['amount.currency', { amount: { amount: 1, currency: 'euro' } }],
  ['paymentMethod', { paymentMethod: '4242424242424242' }],
])('a fault in %s is named before anything is held', async (field, fault) => {
  await expect(make()({ ...event, ...fault }, lambdaContext('authorizePayment'))).rejects.toMatchObject({
    name: 'InvalidTaskInput',
    message: expect.stringContaining(field),
  });
});
