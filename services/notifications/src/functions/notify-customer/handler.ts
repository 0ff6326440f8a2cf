import { NotifyCustomer } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  taskHandler(NotifyCustomer, async ({ orderId, customerId, ...content }) => ({
    messageId: await store.record({ orderId, customerId, content }),
  }));

export const handler = createHandler();
