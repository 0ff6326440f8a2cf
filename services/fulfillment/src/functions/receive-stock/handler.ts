import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { ReceiptBody, ReceiptHeaders, StockPath } from '../../requests.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ stock } = fulfillmentStore()) =>
  httpHandler(
    { path: StockPath, headers: ReceiptHeaders, body: ReceiptBody, roles: ['admin'], problems },
    async ({ path: { sku }, headers, body: { quantity }, correlationId }) => ({
      status: 201,
      body: await stock.receiveStock({ sku, quantity }, { key: headers['idempotency-key'], correlationId }),
    }),
  );

export const handler = createHandler();
