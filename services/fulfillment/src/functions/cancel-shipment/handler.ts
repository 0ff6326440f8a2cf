import { CancelShipment } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ shipments } = fulfillmentStore()) =>
  taskHandler(CancelShipment, async ({ orderId }) => {
    await shipments.cancel(orderId, { correlationId: orderId });
    return { orderId, status: 'cancelled' as const };
  });

export const handler = createHandler();
