import { httpHandler } from '@emporium/functions';
import { historyCache } from '../../cached.ts';
import { PaymentNotFound, problems } from '../../errors.ts';
import { OrderPath } from '../../requests.ts';
import { paymentView } from '../../responses.ts';

export const createHandler = ({
  histories = historyCache(),
}: {
  histories?: Pick<ReturnType<typeof historyCache>, 'get'>;
} = {}) =>
  httpHandler({ path: OrderPath, roles: ['customer'], problems }, async ({ path: { orderId }, customer }) => {
    const history = await histories.get(orderId);
    // Somebody else's payment answers as if it were not there.
    const view = history && paymentView(history.payment, history.entries, customer);
    if (!view) throw new PaymentNotFound(orderId);
    return { body: view };
  });

export const handler = createHandler();
