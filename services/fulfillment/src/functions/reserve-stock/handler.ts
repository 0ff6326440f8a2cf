import { ReserveStock } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ reservations } = fulfillmentStore()) =>
  taskHandler(ReserveStock, async ({ orderId, lines }) => {
    await reservations.reserve(orderId, lines, orderId);
    return { orderId, status: 'reserved' as const };
  });

export const handler = createHandler();
