import { httpHandler, pageView } from '@emporium/functions';
import { addresseeCache } from '../../cached.ts';
import { MessagesQuery } from '../../requests.ts';
import { messageView } from '../../responses.ts';
import { type MessageStore, messageStore } from '../../store.ts';

interface ListMessages {
  readonly store?: Pick<MessageStore, 'listMessages'>;
  readonly addressees?: Pick<ReturnType<typeof addresseeCache>, 'get'>;
}

export const createHandler = ({ store = messageStore(), addressees = addresseeCache() }: ListMessages = {}) =>
  httpHandler({ query: MessagesQuery, roles: ['customer'] }, async ({ query, customer }) => {
    const [messages, addressee] = await Promise.all([
      store.listMessages(customer.id, query),
      addressees.get(customer.id),
    ]);
    return { body: pageView(messages, (message) => messageView(message, addressee?.name ?? '')) };
  });

export const handler = createHandler();
