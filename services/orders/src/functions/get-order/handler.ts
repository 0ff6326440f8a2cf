import { httpHandler } from '@emporium/functions';
import { OrderNotFound, problems } from '../../errors.ts';
import { OrderPath } from '../../requests.ts';
import { orderView } from '../../responses.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'getOrder'> } = {}) =>
  httpHandler({ path: OrderPath, roles: ['customer'], problems }, async ({ path, customer }) => {
    const order = await store.getOrder(path.orderId);
    // Not a 403: that there is such an order is nobody else's business.
    if (order.customerId !== customer.id && !customer.isAdmin) throw new OrderNotFound(path.orderId);
    return { body: orderView(order) };
  });

export const handler = createHandler();
