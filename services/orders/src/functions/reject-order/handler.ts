import { RejectOrder } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { reject } from '../../domain/lifecycle.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'changeOrder'> } = {}) =>
  taskHandler(RejectOrder, async ({ orderId, reason }) => {
    const now = new Date().toISOString();
    await store.changeOrder(orderId, (order) => reject(order, reason, now));
    return { orderId, status: 'rejected' as const };
  });

export const handler = createHandler();
