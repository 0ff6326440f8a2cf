import { httpHandler, pageView } from '@emporium/functions';
import { pageCache } from '../../cached.ts';
import { ProductsQuery } from '../../requests.ts';
import { briefly, productView } from '../../responses.ts';

export const createHandler = ({ pages = pageCache() } = {}) =>
  httpHandler({ query: ProductsQuery }, async ({ query }) => ({
    headers: briefly,
    body: pageView(await pages.get(JSON.stringify(query)), productView),
  }));

export const handler = createHandler();
