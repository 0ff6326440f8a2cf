import { RequestReview } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { requestReview } from '../../domain/lifecycle.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'changeOrder'> } = {}) =>
  taskHandler(RequestReview, async ({ orderId, taskToken }) => {
    const now = new Date().toISOString();
    await store.changeOrder(orderId, (order) => requestReview(order, taskToken, now));
    return { orderId };
  });

export const handler = createHandler();
