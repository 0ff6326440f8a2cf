import { AuthorizePayment } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { paymentGateway } from '../../gateway/index.ts';
import { payments } from '../../payments.ts';
import { paymentStore } from '../../store.ts';

export const createHandler = ({ store = paymentStore(), gateway = paymentGateway() } = {}) =>
  taskHandler(AuthorizePayment, async (input) => {
    const { orderId, paymentId } = await payments({ store, gateway }).authorize(input);
    return { orderId, paymentId, status: 'authorized' as const };
  });

export const handler = createHandler();
