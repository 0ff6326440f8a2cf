import { httpHandler } from '@emporium/functions';
import { productCache } from '../../cached.ts';
import { problems } from '../../errors.ts';
import { ProductPath } from '../../requests.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore(), products = productCache() } = {}) =>
  httpHandler({ path: ProductPath, roles: ['admin'], problems }, async ({ path: { sku }, correlationId }) => {
    await store.retireProduct(sku, { correlationId });
    await products.invalidate(sku);
    return {};
  });

export const handler = createHandler();
