import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { payments } from '../../payments.ts';
import { memoryGateway, memoryStore } from '../../test-helpers.ts';
import authorize from '../authorize-payment/event.json' with { type: 'json' };
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const setUp = () => {
  const store = { ...memoryStore().store, history: async () => undefined };
  const { gateway } = memoryGateway();
  return { handler: createHandler({ store, gateway }), steps: payments({ store, gateway }) };
};

test('answers as the contract says', async () => {
  const { handler, steps } = setUp();
  const { paymentId } = await steps.authorize(authorize);
  await expect(handler(event, lambdaContext('capturePayment'))).resolves.toEqual({
    orderId: event.orderId,
    paymentId,
    status: 'captured',
  });
});

test.each([
  ['PaymentNotFound', async () => undefined],
  ['PaymentCancelled', (steps: ReturnType<typeof payments>) => steps.cancel(event.orderId)],
])('throws %s under that name', async (name, before) => {
  const { handler, steps } = setUp();
  await before(steps);
  await expect(handler(event, lambdaContext('capturePayment'))).rejects.toMatchObject({ name });
});
