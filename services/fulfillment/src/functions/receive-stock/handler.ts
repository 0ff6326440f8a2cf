import { httpHandler, IdempotencyHeaders } from '@emporium/functions';
import { ReceiptBody, StockPath } from '../../requests.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ stock } = fulfillmentStore()) =>
  httpHandler(
    { path: StockPath, headers: IdempotencyHeaders, body: ReceiptBody, roles: ['admin'] },
    async ({ path: { sku }, headers, body: { quantity }, correlationId }) => ({
      status: 201,
      body: await stock.receiveStock({ sku, quantity }, { key: headers['idempotency-key'], correlationId }),
    }),
  );

export const handler = createHandler();
