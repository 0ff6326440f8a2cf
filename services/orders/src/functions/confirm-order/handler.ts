import { ConfirmOrder } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { confirm } from '../../domain/lifecycle.ts';
import { type OrdersStore, ordersStore } from '../../store.ts';

export const createHandler = ({ store = ordersStore() }: { store?: Pick<OrdersStore, 'changeOrder'> } = {}) =>
  taskHandler(ConfirmOrder, async ({ orderId }) => {
    const now = new Date().toISOString();
    await store.changeOrder(orderId, (order) => confirm(order, now));
    return { orderId, status: 'confirmed' as const };
  });

export const handler = createHandler();
