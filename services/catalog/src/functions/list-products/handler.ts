import { httpHandler, toCursor } from '@emporium/functions';
import { ProductsQuery } from '../../requests.ts';
import { briefly, productView } from '../../responses.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore() } = {}) =>
  httpHandler({ query: ProductsQuery }, async ({ query: { limit, cursor } }) => {
    const { products, last } = await store.listProducts({ limit, after: cursor });
    return {
      headers: briefly,
      body: { items: products.map(productView), nextCursor: last && toCursor(last) },
    };
  });

export const handler = createHandler();
