import { ShipmentDispatched } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { ship } from '../../domain/lifecycle.ts';
import { type OrdersStore, ordersStore } from '../../store.ts';

export const createHandler = ({ store = ordersStore() }: { store?: Pick<OrdersStore, 'changeOrder'> } = {}) =>
  eventHandler({ events: [ShipmentDispatched] }, async ({ data, correlationId }) => {
    await store.changeOrder(data.orderId, (order) => ship(order, data.trackingNumber, data.dispatchedAt), {
      correlationId,
    });
  });

export const handler = createHandler();
