import { OrderRejected } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { customerId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

test('records why', async () => {
  const { store, recorded } = recordingStore();
  const data = {
    orderId,
    customerId,
    reason: 'unknown_product' as const,
    rejectedAt: '2026-07-01T12:00:00.000Z',
  };
  const batch = sqsEvent([{ contract: OrderRejected, data }]);
  await expect(createHandler({ store })(batch, lambdaContext())).resolves.toEqual({ batchItemFailures: [] });
  expect(recorded).toEqual([
    { orderId, customerId, content: { template: 'order-rejected', reason: 'unknown_product' } },
  ]);
});
