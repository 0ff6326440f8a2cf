import { OrderShipped } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { customerId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const data = { orderId, customerId, trackingNumber: 'JJD0001', shippedAt: '2026-07-01T12:00:00.000Z' };

test('records the tracking number; a message that is no event fails alone', async () => {
  const { store, recorded } = recordingStore();
  const batch = sqsEvent([{ body: 'no event' }, { contract: OrderShipped, data }]);
  await expect(createHandler({ store })(batch, lambdaContext())).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }],
  });
  const content = { template: 'order-shipped', trackingNumber: 'JJD0001' };
  expect(recorded).toEqual([{ orderId, customerId, content }]);
});
