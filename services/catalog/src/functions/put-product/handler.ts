import { httpHandler } from '@emporium/functions';
import { productCache } from '../../cached.ts';
import { ProductBody, ProductPath } from '../../requests.ts';
import { productView } from '../../responses.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore(), products = productCache() } = {}) =>
  httpHandler(
    { path: ProductPath, body: ProductBody, roles: ['admin'] },
    async ({ path: { sku }, body, correlationId }) => {
      const product = await store.putProduct(sku, body, { correlationId });
      // Who changes a price looks at it next.
      await products.invalidate(sku);
      return { body: productView(product) };
    },
  );

export const handler = createHandler();
