import * as v from 'valibot';
import { defineTask } from '../define.ts';
import { CustomerId, Money, OrderId, PaymentId, PaymentMethodId } from '../values.ts';

/** Asks the gateway to hold the amount. Repeats give the first answer. */
export const AuthorizePayment = defineTask('payments.authorizePayment', {
  input: v.object({
    orderId: OrderId,
    customerId: CustomerId,
    amount: Money,
    paymentMethod: PaymentMethodId,
  }),
  output: v.object({ orderId: OrderId, paymentId: PaymentId, status: v.literal('authorized') }),
  /** `PaymentCancelled`: the order was already undone, and this call came late. */
  errors: [
    'CardDeclined',
    'InsufficientFunds',
    'PaymentProcessingError',
    'UnknownPaymentMethod',
    'PaymentCancelled',
  ],
});

/** Takes the whole authorized amount. */
export const CapturePayment = defineTask('payments.capturePayment', {
  input: v.object({ orderId: OrderId }),
  output: v.object({ orderId: OrderId, paymentId: PaymentId, status: v.literal('captured') }),
  errors: ['PaymentNotFound', 'PaymentCancelled'],
});

/** Undoes an order's payment, whatever became of it: voids what is held, refunds what was taken, bars what comes late. */
export const CancelPayment = defineTask('payments.cancelPayment', {
  input: v.object({ orderId: OrderId }),
  output: v.object({ orderId: OrderId, status: v.picklist(['voided', 'refunded', 'declined', 'cancelled']) }),
});
