import { httpHandler } from '@emporium/functions';
import { StockPath } from '../../requests.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ stock } = fulfillmentStore()) =>
  httpHandler({ path: StockPath }, async ({ path: { sku } }) => {
    const { available } = await stock.getStock(sku);
    return { body: { sku, available } };
  });

export const handler = createHandler();
