import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { Money, OrderId, PaymentId } from '../values.ts';

const payment = { paymentId: PaymentId, orderId: OrderId, amount: Money };

export const PaymentAuthorized = defineEvent('payments', 'PaymentAuthorized', v.object(payment));
export const PaymentDeclined = defineEvent(
  'payments',
  'PaymentDeclined',
  v.object({ ...payment, declineCode: v.string() }),
);
export const PaymentCaptured = defineEvent('payments', 'PaymentCaptured', v.object(payment));
export const PaymentVoided = defineEvent('payments', 'PaymentVoided', v.object(payment));
export const PaymentRefunded = defineEvent('payments', 'PaymentRefunded', v.object(payment));
