import { MessageId } from '@emporium/contracts';
import { httpHandler, pageQuery, toCursor } from '@emporium/functions';
import { viewOf } from '../../domain/view.ts';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  httpHandler(
    { query: pageQuery(MessageId), roles: ['customer'] },
    async ({ query: { limit, cursor }, customer }) => {
      const [{ messages, next }, addressee] = await Promise.all([
        store.page(customer.id, limit, cursor),
        store.addressee(customer.id),
      ]);
      return {
        body: {
          items: messages.map((message) => viewOf(message, addressee?.name ?? '')),
          nextCursor: next && toCursor(next),
        },
      };
    },
  );

export const handler = createHandler();
