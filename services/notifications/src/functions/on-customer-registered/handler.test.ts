import { CustomerRegistered } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, jest, test } from '@jest/globals';
import type { Addressee, Message } from '../../domain/message.ts';
import { MessageBusy } from '../../errors.ts';
import { customerId, messageId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const data = { customerId, email: 'ada@example.com', name: 'Ada' };
const batch = sqsEvent([{ contract: CustomerRegistered, data }]);
const waiting: Message & { status: 'waiting' } = {
  status: 'waiting',
  messageId,
  orderId,
  customerId,
  content: { template: 'order-shipped', trackingNumber: 'T1' },
  createdAt: '2026-07-01T12:00:00.000Z',
  version: 2,
};

/** No event was seen before. */
const rememberNothing = () => ({ seen: async () => false, mark: async () => undefined });

test('passes over an event that it has dealt with', async () => {
  const seen = new Set<string>();
  const dedupe = {
    seen: async (_consumer: string, id: string) => seen.has(id),
    mark: async (_consumer: string, id: string) => void seen.add(id),
  };
  const saveAddressee = jest.fn(async (_addressee: Addressee) => undefined);
  const handler = createHandler({ store: { ...recordingStore().store, saveAddressee }, dedupe });
  await handler(batch, lambdaContext());
  await handler(batch, lambdaContext());
  expect(saveAddressee).toHaveBeenCalledTimes(1);
});

test('keeps the address and sets going what waited for it', async () => {
  const save = jest.fn(async <M extends Message>(message: M) => message);
  const saveAddressee = jest.fn(async (_addressee: Addressee) => undefined);
  const store = { ...recordingStore().store, saveAddressee, save, waiting: async () => [waiting] };
  await expect(createHandler({ store, dedupe: rememberNothing() })(batch, lambdaContext())).resolves.toEqual({
    batchItemFailures: [],
  });
  expect(saveAddressee).toHaveBeenCalledWith(data);
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ messageId, status: 'recorded', version: 3 }));
});

test('leaves a message to the delivery that has taken it, and brings back one that could not be written', async () => {
  const failing = (error: Error) => {
    const save = async () => {
      throw error;
    };
    const store = { ...recordingStore().store, save, waiting: async () => [waiting] };
    return createHandler({ store, dedupe: rememberNothing() });
  };
  const taken = await failing(new MessageBusy(messageId))(batch, lambdaContext());
  expect(taken.batchItemFailures).toEqual([]);
  const broken = await failing(new Error('throttled'))(batch, lambdaContext());
  expect(broken.batchItemFailures).toHaveLength(1);
});
