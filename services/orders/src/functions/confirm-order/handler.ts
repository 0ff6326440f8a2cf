import { ConfirmOrder } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { confirm } from '../../domain/lifecycle.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'changeOrder'> } = {}) =>
  taskHandler(ConfirmOrder, async ({ orderId }) => {
    const now = new Date().toISOString();
    await store.changeOrder(orderId, (order) => confirm(order, now));
    return { orderId, status: 'confirmed' as const };
  });

export const handler = createHandler();
