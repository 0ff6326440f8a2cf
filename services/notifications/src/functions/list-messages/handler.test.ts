import { toCursor } from '@emporium/functions';
import { httpEvent, lambdaContext } from '@emporium/testing';
import { expect, jest, test } from '@jest/globals';
import { type Message, recordMessage } from '../../domain/message.ts';
import { customerId, messageId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const message = recordMessage({
  messageId,
  orderId,
  customerId,
  content: { template: 'order-rejected', reason: 'insufficient_funds' },
  createdAt: '2026-07-01T12:00:00.000Z',
});
const page = jest.fn(
  async (
    _customerId: string,
    _limit: number,
    _after?: string,
  ): Promise<{ messages: Message[]; next: string | undefined }> => ({
    messages: [message],
    next: messageId,
  }),
);
const handler = createHandler({ store: { ...recordingStore().store, page } });

const list = async (query?: Record<string, string>) => {
  const event = httpEvent({ customer: { id: customerId }, ...(query && { query }) });
  const { statusCode, body } = await handler(event, lambdaContext('listMessages'));
  return { status: statusCode, body: JSON.parse(body ?? 'null') };
};

test('shows my messages in words, and where to go on', async () => {
  await expect(list()).resolves.toMatchObject({
    status: 200,
    body: {
      items: [
        { messageId, orderId, status: 'recorded', text: expect.stringContaining('insufficient funds') },
      ],
      nextCursor: toCursor(messageId),
    },
  });
  expect(page).toHaveBeenLastCalledWith(customerId, 20, undefined);
});

test('goes on from a cursor', async () => {
  await list({ limit: '5', cursor: toCursor(messageId) });
  expect(page).toHaveBeenLastCalledWith(customerId, 5, messageId);
});

test.each([{ limit: '0' }, { limit: '101' }, { limit: 'ten' }, { limit: '-1' }, { cursor: '../' }])(
  'refuses %j',
  async (query) => {
    await expect(list(query)).resolves.toMatchObject({ status: 400 });
  },
);

test('nobody has no messages', async () => {
  await expect(handler(httpEvent(), lambdaContext())).resolves.toMatchObject({ statusCode: 401 });
});
