import { httpHandler } from '@emporium/functions';
import { orderCache } from '../../cached.ts';
import { OrderNotFound, problems } from '../../errors.ts';
import { OrderPath } from '../../requests.ts';
import { orderView } from '../../responses.ts';

export const createHandler = ({
  orders = orderCache(),
}: {
  orders?: Pick<ReturnType<typeof orderCache>, 'get'>;
} = {}) =>
  httpHandler({ path: OrderPath, roles: ['customer'], problems }, async ({ path, customer }) => {
    const order = await orders.get(path.orderId);
    // Not a 403: that there is such an order is nobody else's business.
    if (order.customerId !== customer.id && !customer.isAdmin) throw new OrderNotFound(path.orderId);
    return { body: orderView(order) };
  });

export const handler = createHandler();
