import { type Addressee, resume } from './domain/message.ts';
import { MessageBusy } from './errors.ts';
import type { MessageStore } from './store.ts';

type Store = Pick<MessageStore, 'saveAddressee' | 'waiting' | 'save'>;

/** Keeps a customer's address, and sets going the messages that waited for it. */
export const registerAddressee = (store: Store) => async (addressee: Addressee) => {
  // First the address, then the look: see delivery.ts for the other half.
  await store.saveAddressee(addressee);
  for (const message of await store.waiting(addressee.customerId)) {
    try {
      await store.save(resume(message));
    } catch (error) {
      // A delivery that found the address by itself has taken the message.
      if (!(error instanceof MessageBusy)) throw error;
    }
  }
};
