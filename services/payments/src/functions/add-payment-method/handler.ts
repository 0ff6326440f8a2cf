import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { cardOf, isExpired } from '../../domain/cards.ts';
import { CardExpired, problems, UnsupportedCard } from '../../errors.ts';
import { sandboxVault } from '../../gateway/sandbox.ts';

// Every message is written out: valibot's own quote the value, and these must never be seen again.
const digits = (pattern: RegExp, message: string) => v.pipe(v.string(message), v.regex(pattern, message));
const between = (min: number, max: number, message: string) =>
  v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));

const body = v.object(
  {
    number: v.pipe(
      v.string('must be the digits of the card number'),
      v.transform((number) => number.replaceAll(/[ -]/g, '')),
      v.regex(/^\d{12,19}$/, 'must be the digits of the card number'),
    ),
    expMonth: between(1, 12, 'must be a month from 1 to 12'),
    expYear: between(2020, 2100, 'must be a year of four digits'),
    cvc: digits(/^\d{3,4}$/, 'must be 3 or 4 digits'),
  },
  'must be a card: number, expMonth, expYear and cvc',
);

export const createHandler = ({ vault = sandboxVault(), now = () => new Date() } = {}) =>
  httpHandler({ body, roles: ['customer'], problems }, async ({ body: { number, ...expiry }, customer }) => {
    const card = cardOf(number, { expMonth: expiry.expMonth, expYear: expiry.expYear });
    if (!card) throw new UnsupportedCard();
    if (isExpired(card, now())) throw new CardExpired();
    const id = await vault.add(customer.id, card);
    return { status: 201, body: { id, brand: card.brand, last4: card.last4 } };
  });

export const handler = createHandler();
