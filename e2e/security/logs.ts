import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { callAws } from '../support/aws.ts';
import { createClient, decided, orderFor, until } from '../support/client.ts';
import { codeSentTo, mailsTo } from '../support/outbox.ts';
import { registered } from './support/people.ts';
import type { Secured } from './support/secured.ts';

/** Values that occur nowhere else, so that finding one in the log tells where it came from. */
const personal = () => {
  const own = randomUUID().slice(0, 8);
  return {
    name: `Name${own} Lastname${own}`,
    email: `mail-${own}@example.com`,
    password: `Password of ${own}`,
    street: `Street${own} 7`,
    city: `City${own}`,
    postalCode: `P${own}`,
    card: { number: '4000056655665556', expMonth: 12, expYear: 2099, cvc: '917' },
  };
};

export const logTests = (shop: () => Secured) => {
  test('nothing personal and nothing secret is logged, whatever becomes of an order', async () => {
    const { url, admin, sku, printed } = shop();
    const who = personal();
    const post = (path: string, body: object) =>
      createClient(url).send('POST', `/api/users/${path}`, { body });
    const person = await registered(url, who);
    const method = await person.client.send('POST', '/api/payments/methods', { body: who.card });
    const { name, street, city, postalCode } = who;
    const order = (quantity: number, paymentMethod: string) => ({
      ...orderFor(sku, quantity, paymentMethod),
      shippingAddress: { name, street, city, postalCode, country: 'DE' },
    });

    // One that goes all the way, one that a person decides, one that is declined, one that there is no stock for.
    const placed = await Promise.all([
      person.client.placeOrder(order(1, method.body.id)),
      person.client.placeOrder(order(150, method.body.id)),
      person.client.placeOrder(order(1, 'pm_card_chargeDeclined')),
      person.client.placeOrder(order(1000, method.body.id)),
    ]);
    const [shipped, reviewed] = placed.map(({ body }) => body.orderId as string) as [string, string];
    await until(
      () => admin.client.send('POST', `/api/orders/${reviewed}/review`, { body: { decision: 'decline' } }),
      ({ status }) => status === 202,
    );
    await Promise.all(placed.map(({ body }) => decided(person.client, body.orderId)));
    const { body } = await until(
      () => person.client.get(`/api/fulfillment/orders/${shipped}`),
      (answer) => answer.body.shipment?.status === 'requested',
    );
    const trackingNumber = `T-${randomUUID()}`;
    await admin.client.send('POST', `/api/fulfillment/shipments/${body.shipment.shipmentId}/dispatch`, {
      body: { trackingNumber },
    });
    await until(
      () => person.client.get(`/api/orders/${shipped}`),
      (answer) => answer.body.status === 'shipped',
    );
    // And what goes wrong: refused input, wrong passwords, wrong codes, a new password.
    await person.client.placeOrder({ ...order(-1, 'pm_card_visa'), note: who.email });
    await person.client.get(`/api/orders/${encodeURIComponent(who.email)}`);
    await post('sign-in', { email: who.email, password: `${who.password}!` });
    await post('forgot-password', { email: who.email });
    const code = await codeSentTo(url, who.email, 2);
    await post('reset-password', { email: who.email, code: '000000', password: `New ${who.password}` });
    await post('reset-password', { email: who.email, code, password: `New ${who.password}` });
    await mailsTo(url, who.email, 6);

    const { tokens, client } = person;
    const messages = (await client.get('/api/notifications/messages')).body.items;
    const origin = await callAws(shop().dataFolder ?? '', 'secretsmanager.GetSecretValue', {
      SecretId: '/emporium/local/edge/OriginSecret',
    });
    const secrets = {
      origin: origin.body.SecretString as string,
      ...who,
      card: who.card.number,
      cvc: `"${who.card.cvc}"`,
      code,
      trackingNumber,
      method: method.body.id,
      accessToken: tokens.accessToken,
      idToken: tokens.idToken,
      refreshToken: tokens.refreshToken,
      signature: tokens.accessToken.split('.')[2] as string,
      text: messages[0].text as string,
    };
    const log = printed.join('\n');
    expect(log).toContain('orders.placeOrder');
    expect(Object.entries(secrets).filter(([, value]) => log.includes(value))).toEqual([]);
  });
};
