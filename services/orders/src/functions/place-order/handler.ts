import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { type Placing, placeOnce } from '../../placing.ts';
import { priceList } from '../../price-list.ts';
import { ordersStore } from '../../store.ts';
import { PlaceOrderBody, PlaceOrderHeaders } from './request.ts';
import { reviewLimit } from './review-limit.ts';

export const createHandler = (
  placing: Placing = { store: ordersStore(), prices: priceList(), reviewLimit },
) =>
  httpHandler(
    { body: PlaceOrderBody, headers: PlaceOrderHeaders, roles: ['customer'], problems },
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
