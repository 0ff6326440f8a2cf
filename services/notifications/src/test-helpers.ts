import type { MessageContent } from './domain/templates.ts';
import type { MessageStore } from './store.ts';

export const customerId = '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f';
export const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
export const messageId = 'msg_01JZ8K3V5T2M4N6P8Q0R1S3T5V';

/** A store that says what it was asked to record, and has nothing else. */
export const recordingStore = () => {
  const recorded: { orderId: string; customerId: string; content: MessageContent }[] = [];
  const store: MessageStore = {
    record: async (request) => {
      recorded.push(request);
      return messageId;
    },
    find: async () => undefined,
    save: async (message) => message,
    page: async () => ({ messages: [], next: undefined }),
    waiting: async () => [],
    addressee: async () => undefined,
    saveAddressee: async () => undefined,
  };
  return { store, recorded };
};
