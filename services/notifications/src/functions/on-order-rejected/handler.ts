import { OrderRejected } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  eventHandler({ events: [OrderRejected] }, async ({ data: { orderId, customerId, reason } }) => {
    await store.record({ orderId, customerId, content: { template: 'order-rejected', reason } });
  });

export const handler = createHandler();
