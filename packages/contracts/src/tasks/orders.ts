import * as v from 'valibot';
import { defineTask } from '../define.ts';
import { OrderId, RejectionReason } from '../values.ts';

/** Puts an order before an administrator; the decision completes the task token. */
export const RequestReview = defineTask('orders.requestReview', {
  input: v.object({ orderId: OrderId, taskToken: v.pipe(v.string(), v.minLength(1)) }),
  output: v.object({ orderId: OrderId }),
  errors: ['IllegalOrderTransition', 'OrderNotFound'],
});

/** Confirms an order whose stock and money are held. One that was rejected meanwhile stays so. */
export const ConfirmOrder = defineTask('orders.confirmOrder', {
  input: v.object({ orderId: OrderId }),
  output: v.object({ orderId: OrderId, status: v.literal('confirmed') }),
  errors: ['IllegalOrderTransition', 'OrderNotFound'],
});

/** Ends an order after everything else was undone. A repeat keeps the first reason. */
export const RejectOrder = defineTask('orders.rejectOrder', {
  input: v.object({ orderId: OrderId, reason: RejectionReason }),
  output: v.object({ orderId: OrderId, status: v.literal('rejected') }),
  /** Neither has a place in this workflow: the order has left, or never was. */
  errors: ['IllegalOrderTransition', 'OrderNotFound'],
});
