import { httpHandler } from '@emporium/functions';
import { stockCache } from '../../cached.ts';
import { StockPath } from '../../requests.ts';

export const createHandler = ({ stock = stockCache() } = {}) =>
  httpHandler({ path: StockPath }, async ({ path: { sku } }) => {
    const { available } = await stock.get(sku);
    return { body: { sku, available } };
  });

export const handler = createHandler();
