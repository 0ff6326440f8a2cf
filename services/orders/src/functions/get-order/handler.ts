import { OrderId } from '@emporium/contracts';
import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { OrderNotFound, problems } from '../../errors.ts';
import { type OrdersStore, ordersStore } from '../../store.ts';
import { viewOf } from '../../view.ts';

export const createHandler = ({ store = ordersStore() }: { store?: Pick<OrdersStore, 'getOrder'> } = {}) =>
  httpHandler(
    { path: v.object({ orderId: OrderId }), roles: ['customer'], problems },
    async ({ path, customer }) => {
      const order = await store.getOrder(path.orderId);
      // Not a 403: that there is such an order is nobody else's business.
      if (order.customerId !== customer.id && !customer.isAdmin) throw new OrderNotFound(path.orderId);
      return { body: viewOf(order) };
    },
  );

export const handler = createHandler();
