import { httpHandler, pageView } from '@emporium/functions';
import { OrdersQuery } from '../../requests.ts';
import { orderSummary } from '../../responses.ts';
import { type OrderStore, orderStore } from '../../store.ts';

export const createHandler = ({ store = orderStore() }: { store?: Pick<OrderStore, 'listOrders'> } = {}) =>
  httpHandler({ query: OrdersQuery, roles: ['customer'] }, async ({ query, customer }) => ({
    body: pageView(await store.listOrders(customer.id, query), orderSummary),
  }));

export const handler = createHandler();
