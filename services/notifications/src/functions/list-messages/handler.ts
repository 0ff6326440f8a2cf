import { httpHandler, pageView } from '@emporium/functions';
import { MessagesQuery } from '../../requests.ts';
import { messageView } from '../../responses.ts';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  httpHandler({ query: MessagesQuery, roles: ['customer'] }, async ({ query, customer }) => {
    const [messages, addressee] = await Promise.all([
      store.listMessages(customer.id, query),
      store.findAddressee(customer.id),
    ]);
    return { body: pageView(messages, (message) => messageView(message, addressee?.name ?? '')) };
  });

export const handler = createHandler();
