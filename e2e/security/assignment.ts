import { expect, test } from '@jest/globals';
import { decided, orderFor } from '../support/client.ts';
import { ask } from './support/ask.ts';
import { inParallel } from './support/in-parallel.ts';
import { placesOf, valueAt, withText, withValue } from './support/leaves.ts';
import { isLocal, quietTablesOf, type Secured } from './support/secured.ts';

/** Shows where a field got through. */
const MARK = 'assigned-by-the-caller';

/** What a caller has no say in. */
const names = [
  'status',
  'total',
  'price',
  'amount',
  'discount',
  'customerId',
  'orderId',
  'paymentId',
  'role',
  'roles',
  'groups',
  'cognito:groups',
  'custom:role',
  'isAdmin',
  'email_verified',
  'version',
  'placedAt',
  'expiresAt',
  'pk',
  'sk',
  'kind',
  'taskToken',
  'constructor',
  'toString',
];

export const assignmentTests = (shop: () => Secured) => {
  const takers = () => shop().endpoints.filter(({ sample }) => sample.body !== undefined);
  const token = () => shop().admin.tokens.accessToken;

  test('a field that is not in the contract is refused, or goes nowhere', async () => {
    const { url } = shop();
    const attempts = takers().flatMap((endpoint) => {
      const { body } = endpoint.sample;
      const objects = placesOf(body).filter((place) => {
        const value = valueAt(body, place);
        return typeof value === 'object' && !Array.isArray(value);
      });
      return objects.flatMap((place) =>
        names
          .filter((name) => !Object.hasOwn(valueAt(body, place) as object, name))
          .map((name) => ({
            endpoint,
            place: [...place, name].join('.'),
            body: withValue(body, [...place, name], MARK),
          })),
      );
    });

    const answers = await inParallel(attempts, async ({ endpoint, place, body }) => {
      const answer = await ask(url, endpoint, { token: token(), body });
      const isRefused = answer.status === 400 || answer.status === 401;
      return {
        where: `${endpoint.key} ${place}: ${answer.status}`,
        isOuter: !place.includes('.'),
        isRefused,
        isShown: JSON.stringify(answer.body).includes(MARK),
        isError: answer.status >= 500,
      };
    });

    expect(answers.length).toBeGreaterThan(200);
    expect(answers.filter(({ isError, isShown }) => isError || isShown)).toEqual([]);
    expect(answers.filter(({ isOuter, isRefused }) => isOuter && !isRefused)).toEqual([]);
    if (isLocal) {
      expect((await quietTablesOf(shop())).filter((item) => item.includes(MARK))).toEqual([]);
    }
  });

  test('a number is one that makes sense', async () => {
    const { url } = shop();
    const texts = [
      '-1',
      '-0',
      '0',
      '0.5',
      '1.0000001',
      '1e308',
      '-1e308',
      '1e400',
      '9007199254740993',
      '01',
      '0x10',
    ];
    const others = ['NaN', 'Infinity', '+1', '"1"', '""', 'null', 'true', '[1]', '{}', '{"valueOf":1}'];
    const attempts = takers().flatMap((endpoint) => {
      const { body } = endpoint.sample;
      return placesOf(body)
        .filter((place) => typeof valueAt(body, place) === 'number')
        .flatMap((place) =>
          [...texts, ...others].map((text) => ({
            endpoint,
            raw: withText(body, place, text),
            what: `${place.join('.')} = ${text}`,
          })),
        );
    });

    const taken = await inParallel(attempts, async ({ endpoint, raw, what }) => {
      const { status } = await ask(url, endpoint, { token: token(), raw });
      return status === 400 ? [] : [`${endpoint.key} ${what}: ${status}`];
    });

    expect(attempts.length).toBeGreaterThan(80);
    expect(taken.flat()).toEqual([]);
  });

  test('a field that comes twice is read once, and checked as it is read', async () => {
    const { owner, sku } = shop();
    const text = JSON.stringify(orderFor(sku));
    const place = (raw: string, key: string) =>
      owner.client.send('POST', '/api/orders', { raw, headers: { 'idempotency-key': key } });

    const last = await place(text.replace('"quantity":1', '"quantity":-5,"quantity":2'), crypto.randomUUID());
    const refused = await place(
      text.replace('"quantity":1', '"quantity":2,"quantity":-5'),
      crypto.randomUUID(),
    );

    expect(last.status).toBe(202);
    expect((await decided(owner.client, last.body.orderId)).body).toMatchObject({
      lines: [{ sku, quantity: 2 }],
      total: { amount: 2000 },
    });
    expect(refused.status).toBe(400);
  });

  test('an order costs what the price list says, and belongs to who sent it', async () => {
    const { owner, other, sku } = shop();
    const attempts = [
      { ...orderFor(sku), customerId: other.id },
      { ...orderFor(sku), lines: [{ sku, quantity: 1, price: { amount: 1, currency: 'EUR' } }] },
      { ...orderFor(sku), lines: [{ sku, quantity: 1, unitPrice: 1 }] },
      { ...orderFor(sku), total: { amount: 1, currency: 'EUR' } },
      { ...orderFor(sku), total: { amount: -1000, currency: 'EUR' } },
      { ...orderFor(sku), total: { amount: 1000, currency: 'JPY' } },
      { ...orderFor(sku), status: 'confirmed' },
    ];
    const before = (await owner.client.get('/api/orders?limit=100')).body.items.length;

    const statuses = await inParallel(
      attempts,
      async (order) => (await owner.client.placeOrder(order)).status,
    );

    expect(statuses).toEqual([400, 400, 400, 409, 400, 409, 400]);
    expect((await owner.client.get('/api/orders?limit=100')).body.items).toHaveLength(before);
  });
};
