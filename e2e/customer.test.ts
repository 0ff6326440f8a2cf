import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  asAdmin,
  type Client,
  createClient,
  decided,
  orderFor,
  stockProduct,
  until,
} from './support/client.ts';
import { codeSentTo, mailsTo } from './support/outbox.ts';
import { type Shop, startShop } from './support/shop.ts';
import { claimsOf } from './support/tokens.ts';

// Codes are read from the local outbox: a deployed stage sends them to somebody's inbox.
const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

onThisMachine('a customer', () => {
  let shop: Shop;
  let admin: Client;
  let nobody: Client;

  beforeAll(async () => {
    shop = await startShop();
    admin = await asAdmin(shop.url);
    nobody = createClient(shop.url);
  }, 300_000);

  afterAll(() => shop?.stop());

  const post = (path: string, body: object) => nobody.send('POST', `/api/users/${path}`, { body });
  const person = () => ({
    email: `${randomUUID().slice(0, 8)}@example.com`,
    password: 'correct horse battery',
    name: 'Grace Hopper',
  });

  const signedIn = async ({ email, password }: { email: string; password: string }) =>
    (await post('sign-in', { email, password })).body;

  /** Signed up, confirmed and signed in. */
  const register = async (who = person()) => {
    await post('sign-up', who);
    await post('confirm', { email: who.email, code: await codeSentTo(shop.url, who.email) });
    const tokens = await signedIn(who);
    return { ...who, tokens, client: createClient(shop.url, tokens.accessToken) };
  };

  /** A code of as many digits that is another one. */
  const wrong = (code: string) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

  const fields = (body: { errors?: { field: string }[] }) => body.errors?.map(({ field }) => field);

  test('signs up, confirms, signs in, orders, and is written to', async () => {
    const who = person();

    const weak = await post('sign-up', { ...who, password: 'short' });
    expect([weak.status, fields(weak.body)]).toEqual([400, ['password']]);
    expect(JSON.stringify(weak.body)).not.toContain('short"');

    expect((await post('sign-up', who)).status).toBe(202);

    const unconfirmed = await post('sign-in', { email: who.email, password: who.password });
    expect(unconfirmed.status).toBe(403);
    const code = await codeSentTo(shop.url, who.email);
    const mistyped = await post('confirm', { email: who.email, code: wrong(code) });
    expect([mistyped.status, fields(mistyped.body)]).toEqual([400, ['code']]);
    expect((await post('confirm', { email: who.email, code })).status).toBeLessThan(300);

    expect((await post('sign-in', { email: who.email, password: `${who.password}!` })).status).toBe(401);
    const tokens = await signedIn(who);
    const client = createClient(shop.url, tokens.accessToken);
    const me = await client.get('/api/users/me');
    expect(me.body).toMatchObject({
      customerId: claimsOf(tokens.accessToken).sub,
      email: who.email,
      name: who.name,
    });

    const sku = await stockProduct(admin, client, { quantity: 1 });
    const { body } = await client.placeOrder(orderFor(sku));
    expect((await decided(client, body.orderId)).body.status).toBe('confirmed');
    expect((await client.get('/api/orders')).body.items).toEqual([
      expect.objectContaining({ orderId: body.orderId }),
    ]);

    // The code came first.
    const [mail, ...others] = await mailsTo(shop.url, who.email, 2);
    expect(mail?.text).toContain(body.orderId);
    expect(mail?.to).toEqual([who.email]);
    expect(others).toHaveLength(1);
    const messages = await until(
      () => client.get('/api/notifications/messages'),
      (answer) => answer.body.items[0]?.status === 'sent',
    );
    expect(messages.body.items).toHaveLength(1);
  });

  test('gets new tokens for the refresh token, and none for anything else', async () => {
    const { tokens } = await register();

    const refreshed = await post('refresh', { refreshToken: tokens.refreshToken });

    expect(refreshed.status).toBe(200);
    const client = createClient(shop.url, refreshed.body.accessToken);
    expect((await client.get('/api/users/me')).status).toBe(200);
    for (const refreshToken of [tokens.accessToken, `${tokens.refreshToken}x`, 'x']) {
      expect((await post('refresh', { refreshToken })).status).toBe(401);
    }
    // A refresh token opens nothing by itself.
    expect((await createClient(shop.url, tokens.refreshToken).get('/api/users/me')).status).toBe(401);
  });

  test('sets a new password with the code that is sent', async () => {
    const who = await register();
    const password = 'another horse battery';

    expect((await post('forgot-password', { email: who.email })).status).toBeLessThan(300);
    const code = await codeSentTo(shop.url, who.email, 2);
    const mistyped = await post('reset-password', { email: who.email, code: wrong(code), password });
    expect([mistyped.status, fields(mistyped.body)]).toEqual([400, ['code']]);
    const weak = await post('reset-password', { email: who.email, code, password: 'short' });
    expect([weak.status, fields(weak.body)]).toEqual([400, ['password']]);
    expect((await post('reset-password', { email: who.email, code, password })).status).toBeLessThan(300);

    expect((await post('sign-in', { email: who.email, password: who.password })).status).toBe(401);
    expect((await post('sign-in', { email: who.email, password })).status).toBe(200);
    expect((await post('reset-password', { email: who.email, code, password })).status).toBe(400);
  });

  test('is sent another code on request', async () => {
    const who = person();
    await post('sign-up', who);
    await codeSentTo(shop.url, who.email);

    expect((await post('resend-code', { email: who.email })).status).toBe(202);

    const code = await codeSentTo(shop.url, who.email, 2);
    expect((await post('confirm', { email: who.email, code })).status).toBeLessThan(300);
  });

  test('can’t pay with another’s card', async () => {
    const [owner, other] = [await register(), await register()];
    const card = { number: '4242 4242 4242 4242', expMonth: 12, expYear: 2099, cvc: '123' };
    const method = await owner.client.send('POST', '/api/payments/methods', { body: card });
    expect(method.body).toEqual({ id: expect.stringMatching(/^pm_/), brand: 'visa', last4: '4242' });
    const sku = await stockProduct(admin, owner.client, { quantity: 2 });

    const mine = await owner.client.placeOrder(orderFor(sku, 1, method.body.id));
    const theirs = await other.client.placeOrder(orderFor(sku, 1, method.body.id));

    expect((await decided(owner.client, mine.body.orderId)).body.status).toBe('confirmed');
    expect((await decided(other.client, theirs.body.orderId)).body).toMatchObject({
      status: 'rejected',
      reason: 'payment_failed',
    });
  });
});
