import { newId, type Page } from '@emporium/functions';
import { eventsOf, useTables } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import { resources } from '../resources.ts';
import { delivery } from './delivery.ts';
import type { Message } from './domain/message.ts';
import type { MessageContent } from './domain/templates.ts';
import { registerAddressee } from './registration.ts';
import { messageStore } from './store.ts';

useTables(resources);

const store = messageStore();
const content: MessageContent = { template: 'order-confirmed', total: { amount: 1999, currency: 'EUR' } };
const newRequest = () => ({ orderId: newId('ord'), customerId: crypto.randomUUID(), content });

const factsOf = async (customerId: string) =>
  (await eventsOf(resources.NotificationsTable))
    .filter(({ data }) => data.customerId === customerId)
    .map(({ name }) => name);

const postOffice = () => {
  const sent: string[] = [];
  const mailer = { send: async (to: string) => `ses-${sent.push(to)}` };
  return { sent, deliver: delivery({ store, mailer }) };
};

describe('recording', () => {
  test('happens once per order and template, and is told once', async () => {
    const request = newRequest();
    const ids = new Set(await Promise.all([1, 2, 3].map(() => store.record(request))));
    ids.add(await store.record(request));
    expect(ids.size).toBe(1);
    await expect(store.listMessages(request.customerId, { limit: 10 })).resolves.toMatchObject({
      items: [{ content }],
    });
    await expect(factsOf(request.customerId)).resolves.toEqual(['MessageRecorded']);
  });

  test('of another template of the same order is another message', async () => {
    const request = newRequest();
    const first = await store.record(request);
    const second = await store.record({
      ...request,
      content: { template: 'order-shipped', trackingNumber: 'T1' },
    });
    expect(second).not.toBe(first);
  });
});

describe('delivery', () => {
  test('eight at once send one mail and tell of it once', async () => {
    const { customerId, ...request } = newRequest();
    await store.saveAddressee({ customerId, email: 'ada@example.com', name: 'Ada' });
    const messageId = await store.record({ customerId, ...request });
    const { sent, deliver } = postOffice();
    await Promise.allSettled(Array.from({ length: 8 }, () => deliver({ customerId, messageId })));
    await deliver({ customerId, messageId });
    expect(sent).toEqual(['ada@example.com']);
    await expect(store.findWithAddressee(customerId, messageId)).resolves.toMatchObject({
      message: { status: 'sent' },
    });
    const facts = await factsOf(customerId);
    expect(facts.toSorted()).toEqual(['MessageRecorded', 'MessageSent']);
  });

  test('waits for the address and goes on when it arrives', async () => {
    const request = newRequest();
    const { customerId } = request;
    const messageId = await store.record(request);
    const { sent, deliver } = postOffice();
    await deliver({ customerId, messageId });
    await expect(store.waiting(customerId)).resolves.toMatchObject([{ messageId }]);
    await registerAddressee(store)({ customerId, email: 'ada@example.com', name: 'Ada' });
    await expect(store.waiting(customerId)).resolves.toEqual([]);
    await expect(factsOf(customerId)).resolves.toEqual(['MessageRecorded', 'MessageRecorded']);
    await deliver({ customerId, messageId });
    await deliver({ customerId, messageId });
    expect(sent).toHaveLength(1);
  });
});

test('pages go through all messages once, newest first', async () => {
  const { customerId } = newRequest();
  for (let day = 1; day <= 5; day++) await store.record({ ...newRequest(), customerId });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, next }: Page<Message, string> = await store.listMessages(customerId, { limit: 2, cursor });
    seen.push(...items.map(({ messageId }) => messageId));
    cursor = next;
  } while (cursor);
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
});
