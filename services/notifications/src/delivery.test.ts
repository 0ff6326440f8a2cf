import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { delivery } from './delivery.ts';
import { type Addressee, type Message, recordMessage } from './domain/message.ts';
import { MessageBusy, MessageRefused } from './errors.ts';
import { registerAddressee } from './registration.ts';

const customerId = '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f';
const messageId = 'msg_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const ada: Addressee = { customerId, email: 'ada@example.com', name: 'Ada' };

const found = (message: Message | undefined, addressee: Addressee | undefined) => ({
  ...(message && { message }),
  ...(addressee && { addressee }),
});

/** The table's promises without a table, a mail service that counts, and a clock that tests turn. */
const post = ({ addressee, mail }: { addressee?: Addressee; mail?: () => Promise<void> } = {}) => {
  const messages = new Map<string, Message>();
  const addressees = new Map<string, Addressee>(addressee && [[customerId, addressee]]);
  const events: string[] = [];
  const sent: { to: string; text: string }[] = [];
  let now = Date.parse('2026-07-01T12:00:00.000Z');
  const write = (message: Message) => {
    messages.set(message.messageId, message);
    if (message.status === 'recorded' || message.status === 'sent') events.push(message.status);
  };
  const store = {
    findWithAddressee: async (customer: string, id: string) =>
      found(messages.get(id), addressees.get(customer)),
    save: async <M extends Message>(message: M): Promise<M> => {
      await Promise.resolve();
      if (messages.get(message.messageId)?.version !== message.version - 1) throw new MessageBusy(messageId);
      write(message);
      return message;
    },
    findAddressee: async (id: string) => addressees.get(id),
    saveAddressee: async (registered: Addressee) => void addressees.set(registered.customerId, registered),
    waiting: async () => [...messages.values()].filter((message) => message.status === 'waiting'),
  };
  const mailer = {
    send: async (to: string, { text }: { text: string }) => {
      await mail?.();
      sent.push({ to, text });
      return `ses-${sent.length}`;
    },
  };
  const total = { amount: 1999, currency: 'EUR' };
  const content = { template: 'order-confirmed' as const, total };
  write(recordMessage({ messageId, orderId, customerId, content, createdAt: new Date(now).toISOString() }));
  return {
    store,
    sent,
    events,
    message: () => messages.get(messageId),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    deliver: () => delivery({ store, mailer, now: () => new Date(now) })({ customerId, messageId }),
    register: () => registerAddressee(store)(ada),
  };
};

describe('delivery', () => {
  test('sends once and tells of it once, however often it is asked', async () => {
    const { deliver, sent, message, events } = post({ addressee: ada });
    await deliver();
    await deliver();
    expect(sent).toEqual([{ to: 'ada@example.com', text: expect.stringContaining('Hello Ada') }]);
    expect(message()).toMatchObject({ status: 'sent', providerId: 'ses-1' });
    expect(events).toEqual(['recorded', 'sent']);
  });

  test('two at once send once; the one that lost comes back', async () => {
    const { deliver, sent } = post({ addressee: ada });
    const results = await Promise.allSettled([deliver(), deliver()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await deliver();
    expect(sent).toHaveLength(1);
  });

  test('a mail service that is down is asked again at once', async () => {
    let down = true;
    const mail = async () => {
      if (down) throw new Error('503');
    };
    const { deliver, sent, events } = post({ addressee: ada, mail });
    await expect(deliver()).rejects.toThrow('503');
    down = false;
    await deliver();
    expect(sent).toHaveLength(1);
    expect(events).toEqual(['recorded', 'sent']);
  });

  test('a message that the mail service refuses for good is not tried again', async () => {
    const mail = async () => {
      throw new MessageRefused(messageId, 'MessageRejected');
    };
    const { deliver, message, sent } = post({ addressee: ada, mail });
    await deliver();
    await deliver();
    expect(message()).toMatchObject({ status: 'failed', reason: 'MessageRejected' });
    expect(sent).toEqual([]);
  });

  test('a crash before the mail is sent loses nothing: the claim runs out', async () => {
    const stuck = post({ addressee: ada });
    const { store } = stuck;
    // The process dies while it holds the claim: neither the mail nor the hand-back happens.
    const dying = {
      ...store,
      save: async <M extends Message>(next: M) => {
        const saved = await store.save(next);
        if (next.status === 'sending') throw new Error('killed');
        return saved;
      },
    };
    const mailer = { send: async () => 'never' };
    const now = () => new Date('2026-07-01T12:00:00.000Z');
    await expect(delivery({ store: dying, mailer, now })({ customerId, messageId })).rejects.toThrow(
      'killed',
    );
    await expect(stuck.deliver()).rejects.toMatchObject({ name: 'MessageBusy' });
    stuck.pass(46);
    await stuck.deliver();
    expect(stuck.sent).toHaveLength(1);
  });

  test('a crash between the mail and the mark is the one window for a second mail', async () => {
    const { store, sent, pass, deliver } = post({ addressee: ada });
    const dying = {
      ...store,
      save: async <M extends Message>(next: M) => {
        if (next.status === 'sent') throw new Error('killed');
        return store.save(next);
      },
    };
    const mailer = {
      send: async (to: string, { text }: { text: string }) => `ses-${sent.push({ to, text })}`,
    };
    const now = () => new Date('2026-07-01T12:00:00.000Z');
    await expect(delivery({ store: dying, mailer, now })({ customerId, messageId })).rejects.toThrow(
      'killed',
    );
    pass(46);
    await deliver();
    await deliver();
    expect(sent).toHaveLength(2);
  });
});

describe('a customer without an address', () => {
  test('gets the message when the registration arrives', async () => {
    const { deliver, register, sent, message, events } = post();
    await deliver();
    expect(message()).toMatchObject({ status: 'waiting' });
    await register();
    expect(message()).toMatchObject({ status: 'recorded' });
    expect(events).toEqual(['recorded', 'recorded']);
    await deliver();
    expect(sent).toHaveLength(1);
  });

  test('gets it once, in whatever order delivery and registration meet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { store, sent, message, events, deliver, pass } = post();
        const readMessage = scheduler.scheduleFunction(async () => message());
        const interleaved: typeof store = {
          ...store,
          // One call, which reads the two at different moments.
          findWithAddressee: async () =>
            found(...(await Promise.all([readMessage(), interleaved.findAddressee(customerId)]))),
          save: scheduler.scheduleFunction(store.save) as typeof store.save,
          findAddressee: scheduler.scheduleFunction(store.findAddressee),
          saveAddressee: scheduler.scheduleFunction(store.saveAddressee),
          waiting: scheduler.scheduleFunction(store.waiting),
        };
        const mailer = {
          send: async (to: string, { text }: { text: string }) => `ses-${sent.push({ to, text })}`,
        };
        const now = () => new Date('2026-07-01T12:00:00.000Z');
        const first = delivery({ store: interleaved, mailer, now })({ customerId, messageId });
        const both = Promise.allSettled([first, registerAddressee(interleaved)(ada)]);
        await scheduler.waitFor(both);
        const [delivered] = await both;
        // The queue hands a failed event over again; a recorded message has an event of its own in the queue.
        pass(60);
        if (delivered?.status === 'rejected' || events.length > 1) await deliver();
        expect(sent).toHaveLength(1);
        expect(message()).toMatchObject({ status: 'sent' });
      }),
    );
  });
});
