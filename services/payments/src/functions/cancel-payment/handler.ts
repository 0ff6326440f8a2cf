import { CancelPayment } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { paymentGateway } from '../../gateway/index.ts';
import { payments } from '../../payments.ts';
import { paymentStore } from '../../store.ts';

export const createHandler = ({ store = paymentStore(), gateway = paymentGateway() } = {}) =>
  taskHandler(CancelPayment, async ({ orderId }) => ({
    orderId,
    status: await payments({ store, gateway }).cancel(orderId),
  }));

export const handler = createHandler();
