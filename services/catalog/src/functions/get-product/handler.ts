import { createCache, httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { ProductPath } from '../../requests.ts';
import { briefly, productView } from '../../responses.ts';
import { catalogStore } from '../../store.ts';

const TTL_SECONDS = 5;

export const createHandler = ({ store = catalogStore() } = {}) => {
  const cache = createCache({ ttlSeconds: TTL_SECONDS, load: store.getProduct });

  return httpHandler({ path: ProductPath, problems }, async ({ path: { sku } }) => ({
    headers: briefly,
    body: productView(await cache.get(sku)),
  }));
};

export const handler = createHandler();
