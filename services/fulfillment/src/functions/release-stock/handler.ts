import { ReleaseStock } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ reservations } = fulfillmentStore()) =>
  taskHandler(ReleaseStock, async ({ orderId }) => {
    await reservations.release(orderId, orderId);
    return { orderId, status: 'released' as const };
  });

export const handler = createHandler();
