import { samples } from '@emporium/testing';
import type { MessageContent } from './domain/templates.ts';
import type { MessageStore } from './store.ts';

export const { customerId, orderId, messageId } = samples;

/** A store that says what it was asked to record, and has nothing else. */
export const recordingStore = () => {
  const recorded: { orderId: string; customerId: string; content: MessageContent }[] = [];
  const store: MessageStore = {
    record: async (request) => {
      recorded.push(request);
      return messageId;
    },
    findWithAddressee: async () => ({}),
    save: async (message) => message,
    listMessages: async () => ({ items: [] }),
    waiting: async () => [],
    findAddressee: async () => undefined,
    saveAddressee: async () => undefined,
  };
  return { store, recorded };
};
