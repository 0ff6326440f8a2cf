import type { DeclineCode } from './payment.ts';

/** What the sandbox does with a card. */
export type CardBehaviour = 'approve' | 'time_out' | Exclude<DeclineCode, 'unknown_payment_method'>;

/** Stripe's test cards: https://docs.stripe.com/testing */
const numbers: Readonly<Record<string, CardBehaviour>> = {
  '4242424242424242': 'approve',
  '4000000000000002': 'card_declined',
  '4000000000009995': 'insufficient_funds',
  '4000000000000119': 'processing_error',
};

/** Test cards that need no number; `pm_card_timeout` is the sandbox's own. */
const tokens: ReadonlyMap<string, CardBehaviour> = new Map([
  ['pm_card_visa', 'approve'],
  ['pm_card_chargeDeclined', 'card_declined'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
  ['pm_card_timeout', 'time_out'],
]);

export const behaviourOfToken = (paymentMethod: string) => tokens.get(paymentMethod);

/** What is left of a card once its number is forgotten. */
export interface Card {
  readonly brand: 'visa';
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly behaviour: CardBehaviour;
}

/** The card behind a number, if it is one of the test cards. A real number is never taken. */
export const cardOf = (number: string, expiry: { expMonth: number; expYear: number }): Card | undefined => {
  const behaviour = Object.hasOwn(numbers, number) ? numbers[number] : undefined;
  return behaviour && { brand: 'visa', last4: number.slice(-4), ...expiry, behaviour };
};

/** A card is good to the end of the month that it names. */
export const isExpired = ({ expMonth, expYear }: { expMonth: number; expYear: number }, now: Date) =>
  Date.UTC(expYear, expMonth) <= now.getTime();
