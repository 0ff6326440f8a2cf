import { httpHandler } from '@emporium/functions';
import { productCache } from '../../cached.ts';
import { ProductNotFound, problems } from '../../errors.ts';
import { ProductPath } from '../../requests.ts';
import { briefly, productView } from '../../responses.ts';

export const createHandler = ({ products = productCache() } = {}) =>
  httpHandler({ path: ProductPath, problems }, async ({ path: { sku } }) => {
    const product = await products.get(sku);
    if (!product) throw new ProductNotFound(sku);
    return { headers: briefly, body: productView(product) };
  });

export const handler = createHandler();
