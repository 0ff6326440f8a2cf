import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { customerId, messageId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const confirmed = {
  template: 'order-confirmed',
  orderId,
  customerId,
  total: { amount: 1999, currency: 'EUR' },
};

test('records what the workflow has to say', async () => {
  const { store, recorded } = recordingStore();
  await expect(createHandler({ store })(confirmed, lambdaContext())).resolves.toEqual({ messageId });
  const { template, total } = confirmed;
  expect(recorded).toEqual([{ orderId, customerId, content: { template, total } }]);
});

test('refuses a template that nobody wrote, and a rejection without a reason', async () => {
  const { store, recorded } = recordingStore();
  const handler = createHandler({ store });
  const rejected = { template: 'order-rejected', orderId, customerId };
  for (const input of [{ ...confirmed, template: 'order-lost' }, rejected]) {
    await expect(handler(input, lambdaContext())).rejects.toMatchObject({ name: 'InvalidTaskInput' });
  }
  expect(recorded).toEqual([]);
});
