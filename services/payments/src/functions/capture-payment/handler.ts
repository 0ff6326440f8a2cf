import { CapturePayment } from '@emporium/contracts';
import { taskHandler } from '@emporium/functions';
import { paymentGateway } from '../../gateway/index.ts';
import { payments } from '../../payments.ts';
import { paymentStore } from '../../store.ts';

export const createHandler = ({ store = paymentStore(), gateway = paymentGateway() } = {}) =>
  taskHandler(CapturePayment, async ({ orderId }) => {
    const { paymentId, status } = await payments({ store, gateway }).capture(orderId);
    return { orderId, paymentId, status };
  });

export const handler = createHandler();
