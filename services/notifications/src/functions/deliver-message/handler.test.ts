import { MessageRecorded } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { type Message, recordMessage } from '../../domain/message.ts';
import { customerId, messageId, orderId, recordingStore } from '../../test-helpers.ts';
import { createHandler } from './handler.ts';

const batch = sqsEvent([{ contract: MessageRecorded, data: { messageId, customerId } }]);
const message = recordMessage({
  messageId,
  orderId,
  customerId,
  content: { template: 'order-rejected', reason: 'out_of_stock' },
  createdAt: '2026-07-01T12:00:00.000Z',
});

const setUp = () => {
  const written: Message[] = [];
  const store = {
    ...recordingStore().store,
    findWithAddressee: async () => ({
      message,
      addressee: { customerId, email: 'ada@example.com', name: 'Ada' },
    }),
    save: async <M extends Message>(next: M) => {
      written.push(next);
      return next;
    },
  };
  return { store, written };
};

test('claims, sends and marks', async () => {
  const { store, written } = setUp();
  const sent: string[] = [];
  const mailer = { send: async (to: string, { text }: { text: string }) => `ses-${sent.push(to, text)}` };
  await expect(createHandler({ store, mailer })(batch, lambdaContext())).resolves.toEqual({
    batchItemFailures: [],
  });
  expect(sent).toEqual(['ada@example.com', expect.stringContaining('out of stock')]);
  expect(written.map(({ status }) => status)).toEqual(['sending', 'sent']);
});

test('goes back to the queue where the mail service is down', async () => {
  const { store, written } = setUp();
  const mailer = {
    send: async () => {
      throw new Error('503');
    },
  };
  const answer = await createHandler({ store, mailer })(batch, lambdaContext());
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'message-0' }]);
  expect(written.map(({ status }) => status)).toEqual(['sending', 'sending']);
});
