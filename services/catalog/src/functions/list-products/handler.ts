import { httpHandler, pageView } from '@emporium/functions';
import { ProductsQuery } from '../../requests.ts';
import { briefly, productView } from '../../responses.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore() } = {}) =>
  httpHandler({ query: ProductsQuery }, async ({ query }) => ({
    headers: briefly,
    body: pageView(await store.listProducts(query), productView),
  }));

export const handler = createHandler();
