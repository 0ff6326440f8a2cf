import { httpHandler } from '@emporium/functions';
import { ProductBody, ProductPath } from '../../requests.ts';
import { productView } from '../../responses.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore() } = {}) =>
  httpHandler(
    { path: ProductPath, body: ProductBody, roles: ['admin'] },
    async ({ path: { sku }, body, correlationId }) => ({
      body: productView(await store.putProduct(sku, body, { correlationId })),
    }),
  );

export const handler = createHandler();
