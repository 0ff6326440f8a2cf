import { OrderShipped } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  eventHandler({ events: [OrderShipped] }, async ({ data: { orderId, customerId, trackingNumber } }) => {
    await store.record({ orderId, customerId, content: { template: 'order-shipped', trackingNumber } });
  });

export const handler = createHandler();
