import { expect, test } from '@jest/globals';
import { orderFor, until } from '../support/client.ts';
import { access } from './support/access.ts';
import { ask } from './support/ask.ts';
import { inParallel } from './support/in-parallel.ts';
import type { Secured } from './support/secured.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export const cursorTests = (shop: () => Secured) => {
  const lists = () => shop().endpoints.filter(({ sample }) => sample.query.includes('limit='));
  const personal = () => lists().filter(({ key }) => access[key] === 'customer');

  test('a limit is 1 to 100, in digits', async () => {
    const limits = ['0', '-1', '1.5', '101', '1e9', '999999999999', 'all', '', '1e1', '٣', '+1', ' 1', '1,2'];
    const attempts = lists().flatMap((endpoint) => limits.map((limit) => ({ endpoint, limit })));

    const taken = await inParallel(attempts, async ({ endpoint, limit }) => {
      const query = `limit=${encodeURIComponent(limit)}`;
      const { status, body } = await ask(shop().url, endpoint, {
        token: shop().owner.tokens.accessToken,
        query,
      });
      return status === 400 && body.errors[0].field === 'limit'
        ? []
        : [`${endpoint.key} ${limit}: ${status}`];
    });

    expect(attempts.length).toBeGreaterThan(30);
    expect(taken.flat()).toEqual([]);
  });

  test('a cursor that is none of the list’s own is refused', async () => {
    const { owner, orderId } = shop();
    const forged = [
      '',
      'x',
      '🛒',
      '%00',
      'x'.repeat(4000),
      encode(null),
      encode(1),
      encode([]),
      encode({}),
      encode({ pk: `CUSTOMER#${owner.id}`, sk: 'MESSAGE#' }),
      encode({ pk: { S: `ORDER#${orderId}` }, sk: { S: 'ORDER' } }),
      encode({ orderId, placedAt: '2026-01-01T00:00:00.000Z', customerId: owner.id }),
      encode(['2026-01-01T00:00:00.000Z', orderId, owner.id]),
      encode(['2026-01-01T00:00:00.000Z', `${orderId}#${owner.id}`]),
      encode(['9999', orderId]),
      encode(JSON.parse('{"__proto__":{"pk":"x"}}')),
      Buffer.from('['.repeat(700)).toString('base64url'),
    ];
    const attempts = lists().flatMap((endpoint) => forged.map((cursor) => ({ endpoint, cursor })));

    const taken = await inParallel(attempts, async ({ endpoint, cursor }) => {
      const query = `cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await ask(shop().url, endpoint, {
        token: shop().other.tokens.accessToken,
        query,
      });
      return status === 400 && body.errors[0].field === 'cursor'
        ? []
        : [`${endpoint.key} ${cursor}: ${status}`];
    });

    expect(taken.flat()).toEqual([]);
  });

  test('another customer’s cursor opens only one’s own list', async () => {
    const { url, owner, other, sku } = shop();
    await owner.client.placeOrder(orderFor(sku));
    const page = (endpoint: ReturnType<typeof lists>[number], { tokens }: typeof owner, query: string) =>
      ask(url, endpoint, { token: tokens.accessToken, query });
    const seen = async (endpoint: ReturnType<typeof lists>[number], person: typeof owner) =>
      (await page(endpoint, person, 'limit=100')).body.items;

    for (const endpoint of personal()) {
      const first = await until(
        () => page(endpoint, owner, 'limit=1'),
        ({ body }) => body.nextCursor !== undefined,
      );
      const cursor: string = first.body.nextCursor;
      const own = await seen(endpoint, other);

      const { status, body } = await page(endpoint, other, `limit=100&cursor=${cursor}`);

      expect([endpoint.key, status]).toEqual([endpoint.key, 200]);
      for (const item of body.items) expect(own).toContainEqual(item);
      // It holds a place in the list, and nobody's name.
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(owner.id);
    }
    expect(personal().length).toBeGreaterThan(1);
  });
};
