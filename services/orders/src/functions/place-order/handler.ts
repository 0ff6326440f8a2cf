import { httpHandler, IdempotencyHeaders } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { type Placing, placeOnce } from '../../placing.ts';
import { priceList } from '../../price-list.ts';
import { PlaceOrderBody } from '../../requests.ts';
import { orderStore } from '../../store.ts';
import { reviewLimit } from './review-limit.ts';

export const createHandler = (placing: Placing = { store: orderStore(), prices: priceList(), reviewLimit }) =>
  httpHandler(
    { body: PlaceOrderBody, headers: IdempotencyHeaders, roles: ['customer'], problems },
    async ({ body, headers, customer, correlationId }) => {
      const receipt = await placeOnce(placing, {
        customerId: customer.id,
        key: headers['idempotency-key'],
        request: body,
        correlationId,
      });
      return { status: 202, headers: { location: `/api/orders/${receipt.orderId}` }, body: receipt };
    },
  );

export const handler = createHandler();
