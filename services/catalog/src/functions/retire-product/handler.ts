import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { ProductPath } from '../../requests.ts';
import { catalogStore } from '../../store.ts';

export const createHandler = ({ store = catalogStore() } = {}) =>
  httpHandler({ path: ProductPath, roles: ['admin'], problems }, async ({ path: { sku }, correlationId }) => {
    await store.retireProduct(sku, { correlationId });
    return {};
  });

export const handler = createHandler();
