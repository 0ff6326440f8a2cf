import { httpHandler } from '@emporium/functions';
import { cardOf, isExpired } from '../../domain/cards.ts';
import { CardExpired, problems, UnsupportedCard } from '../../errors.ts';
import { sandboxVault } from '../../gateway/sandbox.ts';
import { PaymentMethodBody } from '../../requests.ts';

export const createHandler = ({ vault = sandboxVault(), now = () => new Date() } = {}) =>
  httpHandler({ body: PaymentMethodBody, roles: ['customer'], problems }, async ({ body, customer }) => {
    const { number, expMonth, expYear } = body;
    const card = cardOf(number, { expMonth, expYear });
    if (!card) throw new UnsupportedCard();
    if (isExpired(card, now())) throw new CardExpired();
    const id = await vault.add(customer.id, card);
    return { status: 201, body: { id, brand: card.brand, last4: card.last4 } };
  });

export const handler = createHandler();
