import { httpHandler, pageQuery, toCursor } from '@emporium/functions';
import { OrderPosition } from '../../items.ts';
import { type OrdersStore, ordersStore } from '../../store.ts';
import { summaryOf } from '../../view.ts';

export const createHandler = ({ store = ordersStore() }: { store?: Pick<OrdersStore, 'listOrders'> } = {}) =>
  httpHandler({ query: pageQuery(OrderPosition), roles: ['customer'] }, async ({ query, customer }) => {
    const { orders, last } = await store.listOrders(customer.id, query);
    return { body: { items: orders.map(summaryOf), nextCursor: last && toCursor(last) } };
  });

export const handler = createHandler();
