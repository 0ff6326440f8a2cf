import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { Money, OrderId, PaymentId } from '../values.ts';

const payment = { paymentId: PaymentId, orderId: OrderId, amount: Money };

/** `amount` is held on the customer's card. */
export const PaymentAuthorized = defineEvent('payments', 'PaymentAuthorized', v.object(payment));
/** The gateway said no; no money has moved. */
export const PaymentDeclined = defineEvent(
  'payments',
  'PaymentDeclined',
  v.object({ ...payment, declineCode: v.string() }),
);
/** `amount` was taken out of what was held. */
export const PaymentCaptured = defineEvent('payments', 'PaymentCaptured', v.object(payment));
/** `amount` is held no longer. */
export const PaymentVoided = defineEvent('payments', 'PaymentVoided', v.object(payment));
/** `amount` was given back. */
export const PaymentRefunded = defineEvent('payments', 'PaymentRefunded', v.object(payment));
