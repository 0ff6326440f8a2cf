import { ShipmentDispatched } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { ship } from '../../domain/lifecycle.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'changeOrder'> } = {}) =>
  eventHandler({ events: [ShipmentDispatched] }, async ({ data, correlationId }) => {
    await store.changeOrder(data.orderId, (order) => ship(order, data.trackingNumber, data.dispatchedAt), {
      correlationId,
    });
  });

export const handler = createHandler();
