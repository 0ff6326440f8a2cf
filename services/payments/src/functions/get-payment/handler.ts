import { OrderId } from '@emporium/contracts';
import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { viewOf } from '../../domain/view.ts';
import { PaymentNotFound, problems } from '../../errors.ts';
import { paymentStore } from '../../store.ts';

const path = v.object({ orderId: OrderId });

export const createHandler = ({ store = paymentStore() } = {}) =>
  httpHandler({ path, roles: ['customer'], problems }, async ({ path: { orderId }, customer }) => {
    const history = await store.history(orderId);
    // Somebody else's payment answers as if it were not there.
    const view = history && viewOf(history.payment, history.entries, customer);
    if (!view) throw new PaymentNotFound(orderId);
    return { body: view };
  });

export const handler = createHandler();
