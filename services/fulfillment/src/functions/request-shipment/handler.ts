import { RequestShipment } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ shipments } = fulfillmentStore()) =>
  taskHandler(RequestShipment, async (order) => {
    const { orderId } = order;
    return { orderId, shipmentId: await shipments.request(order, { correlationId: orderId }) };
  });

export const handler = createHandler();
