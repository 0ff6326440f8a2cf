import { httpHandler } from '@emporium/functions';
import { OrderNotFound, problems } from '../../errors.ts';
import { OrderPath } from '../../requests.ts';
import { fulfillmentView, maySee } from '../../responses.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ shipments } = fulfillmentStore()) =>
  httpHandler({ path: OrderPath, roles: ['customer'], problems }, async ({ path: { orderId }, customer }) => {
    const order = await shipments.getOrder(orderId);
    if (!maySee(order, customer)) throw new OrderNotFound(orderId);
    return { body: fulfillmentView(orderId, order) };
  });

export const handler = createHandler();
