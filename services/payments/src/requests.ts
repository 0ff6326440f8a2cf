import { OrderId } from '@emporium/contracts';
import * as v from 'valibot';

export const OrderPath = v.object({ orderId: OrderId });

// Every message is written out, for people who fill in a form.
const between = (min: number, max: number, message: string) =>
  v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));

export const PaymentMethodBody = v.strictObject(
  {
    number: v.pipe(
      v.string('must be the digits of the card number'),
      v.transform((number) => number.replaceAll(/[ -]/g, '')),
      v.regex(/^\d{12,19}$/, 'must be the digits of the card number'),
    ),
    expMonth: between(1, 12, 'must be a month from 1 to 12'),
    expYear: between(2020, 2100, 'must be a year of four digits'),
    cvc: v.pipe(v.string('must be 3 or 4 digits'), v.regex(/^\d{3,4}$/, 'must be 3 or 4 digits')),
  },
  'must be a card: number, expMonth, expYear and cvc',
);
