import { httpHandler, IdempotencyHeaders } from '@emporium/functions';
import { stockCache } from '../../cached.ts';
import { ReceiptBody, StockPath } from '../../requests.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ store: { stock } = fulfillmentStore(), cached = stockCache() } = {}) =>
  httpHandler(
    { path: StockPath, headers: IdempotencyHeaders, body: ReceiptBody, roles: ['admin'] },
    async ({ path: { sku }, headers, body: { quantity }, correlationId }) => {
      const key = headers['idempotency-key'];
      const receipt = await stock.receiveStock({ sku, quantity }, { key, correlationId });
      await cached.invalidate(sku);
      return { status: 201, body: receipt };
    },
  );

export const handler = createHandler();
