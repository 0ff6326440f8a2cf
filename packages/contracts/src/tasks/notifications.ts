import * as v from 'valibot';
import { defineTask } from '../define.ts';
import { CustomerId, MessageId, Money, OrderId, RejectionReason } from '../values.ts';

/** Records a message to a customer and sets its delivery going. Once per order and template. */
export const NotifyCustomer = defineTask('notifications.notifyCustomer', {
  input: v.variant('template', [
    v.object({
      template: v.literal('order-confirmed'),
      orderId: OrderId,
      customerId: CustomerId,
      total: Money,
    }),
    v.object({
      template: v.literal('order-rejected'),
      orderId: OrderId,
      customerId: CustomerId,
      reason: RejectionReason,
    }),
  ]),
  output: v.object({ messageId: MessageId }),
});
