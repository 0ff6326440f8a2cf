import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { CustomerId } from '../values.ts';

/** A customer has confirmed the e-mail address and can place orders. */
export const CustomerRegistered = defineEvent(
  'users',
  'CustomerRegistered',
  v.object({ customerId: CustomerId, email: v.pipe(v.string(), v.email()), name: v.string() }),
);
