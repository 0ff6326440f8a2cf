import { toCursor } from '@emporium/functions';
import { answerOf, httpEvent, lambdaContext } from '@emporium/testing';
import { expect, jest, test } from '@jest/globals';
import { recordMessage } from '../../domain/message.ts';
import type { MessageStore } from '../../store.ts';
import { customerId, messageId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const message = recordMessage({
  messageId,
  orderId,
  customerId,
  content: { template: 'order-rejected', reason: 'insufficient_funds' },
  createdAt: '2026-07-01T12:00:00.000Z',
});
const listMessages = jest.fn<MessageStore['listMessages']>(async () => ({
  items: [message],
  next: messageId,
}));
const handler = createHandler({
  store: { listMessages },
  addressees: { get: recordingStore().store.findAddressee },
});

const list = async (query?: Record<string, string>) => {
  const event = httpEvent({ customer: { id: customerId }, ...(query && { query }) });
  return answerOf(handler(event, lambdaContext('listMessages')));
};

test('shows my messages in words, and where to go on', async () => {
  await expect(list()).resolves.toMatchObject({
    statusCode: 200,
    body: {
      items: [
        { messageId, orderId, status: 'recorded', text: expect.stringContaining('insufficient funds') },
      ],
      nextCursor: toCursor(messageId),
    },
  });
  expect(listMessages).toHaveBeenLastCalledWith(customerId, { limit: 20 });
});

test('goes on from a cursor', async () => {
  await list({ limit: '5', cursor: toCursor(messageId) });
  expect(listMessages).toHaveBeenLastCalledWith(customerId, { limit: 5, cursor: messageId });
});

test.each([{ limit: '0' }, { limit: '101' }, { limit: 'ten' }, { limit: '-1' }, { cursor: '../' }])(
  'refuses %j',
  async (query) => {
    await expect(list(query)).resolves.toMatchObject({ statusCode: 400 });
  },
);

test('nobody has no messages', async () => {
  await expect(handler(httpEvent(), lambdaContext())).resolves.toMatchObject({ statusCode: 401 });
});
