import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { memoryGateway, memoryStore } from '../../test-helpers.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

test('answers as the contract says, also where there is nothing to undo', async () => {
  const store = { ...memoryStore().store, history: async () => undefined };
  const handler = createHandler({ store, gateway: memoryGateway().gateway });
  const answer = { orderId: event.orderId, status: 'cancelled' };
  await expect(handler(event, lambdaContext('cancelPayment'))).resolves.toEqual(answer);
  await expect(handler(event, lambdaContext('cancelPayment'))).resolves.toEqual(answer);
});
