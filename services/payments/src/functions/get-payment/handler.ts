import { httpHandler } from '@emporium/functions';
import { PaymentNotFound, problems } from '../../errors.ts';
import { OrderPath } from '../../requests.ts';
import { paymentView } from '../../responses.ts';
import { paymentStore } from '../../store.ts';

export const createHandler = ({ store = paymentStore() } = {}) =>
  httpHandler({ path: OrderPath, roles: ['customer'], problems }, async ({ path: { orderId }, customer }) => {
    const history = await store.history(orderId);
    // Somebody else's payment answers as if it were not there.
    const view = history && paymentView(history.payment, history.entries, customer);
    if (!view) throw new PaymentNotFound(orderId);
    return { body: view };
  });

export const handler = createHandler();
