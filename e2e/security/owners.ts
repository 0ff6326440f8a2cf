import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { orderFor } from '../support/client.ts';
import { mailsTo } from '../support/outbox.ts';
import { access } from './support/access.ts';
import { ask, said } from './support/ask.ts';
import { inParallel } from './support/in-parallel.ts';
import { isLocal, type Secured } from './support/secured.ts';

/** Names that fit the form of an id, and belong to nothing. */
const nothing = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';

export const ownerTests = (shop: () => Secured) => {
  const customerRoutes = (method: string) =>
    shop().endpoints.filter((each) => access[each.key] === 'customer' && each.method === method);
  const named = () => customerRoutes('GET').filter(({ template }) => template.includes('{'));
  const lists = () => customerRoutes('GET').filter(({ template }) => !template.includes('{'));

  test('what belongs to a customer is to others as if it were not there', async () => {
    const { url, owner, other, orderId } = shop();

    const asked = await inParallel(named(), async (endpoint) => {
      const look = (token: string, id: string) => ask(url, endpoint, { token, parameters: { orderId: id } });
      const [own, foreign, missing] = await Promise.all([
        look(owner.tokens.accessToken, orderId),
        look(other.tokens.accessToken, orderId),
        look(other.tokens.accessToken, nothing),
      ]);
      const text = (answer: typeof own) => JSON.stringify(said(answer)).replaceAll(orderId, nothing);
      return {
        route: endpoint.key,
        own: own.status,
        foreign: foreign.status,
        tellsNothing: text(foreign) === text(missing),
      };
    });

    expect(asked.length).toBeGreaterThan(2);
    expect(asked).toEqual(asked.map(({ route }) => ({ route, own: 200, foreign: 404, tellsNothing: true })));
  });

  test('lists hold nothing of another customer', async () => {
    const { url, owner, other, orderId } = shop();

    const asked = await inParallel(lists(), async (endpoint) => {
      const text = async (token: string) => JSON.stringify((await ask(url, endpoint, { token })).body);
      const [own, foreign] = await Promise.all([
        text(owner.tokens.accessToken),
        text(other.tokens.accessToken),
      ]);
      const isNamed = (answer: string) =>
        [orderId, owner.id, owner.email, 'Owners'].some((each) => answer.includes(each));
      return { route: endpoint.key, own: isNamed(own), foreign: isNamed(foreign) };
    });

    expect(asked.length).toBeGreaterThan(2);
    expect(asked).toEqual(asked.map(({ route }) => ({ route, own: true, foreign: false })));
  });

  if (isLocal) {
    test('no mail to another customer tells of the order', async () => {
      const { url, owner, other, orderId } = shop();
      const tells = async ({ email }: { email: string }) =>
        (await mailsTo(url, email)).some(({ text }) => text.includes(orderId));

      expect(await Promise.all([tells(owner), tells(other)])).toEqual([true, false]);
    });
  }

  test('an Idempotency-Key of another customer gives away nothing', async () => {
    const { owner, other, sku } = shop();
    const key = randomUUID();

    const [first, second] = await Promise.all(
      [owner, other].map(({ client }) => client.placeOrder(orderFor(sku), key)),
    );

    expect([first?.status, second?.status]).toEqual([202, 202]);
    expect(second?.body.orderId).not.toBe(first?.body.orderId);
    expect((await other.client.get(`/api/orders/${first?.body.orderId}`)).status).toBe(404);
    expect((await owner.client.get(`/api/orders/${second?.body.orderId}`)).status).toBe(404);
  });

  test('one key used at once makes one order; with another body it is refused', async () => {
    const { owner, sku } = shop();
    const key = randomUUID();

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.client.placeOrder(orderFor(sku), key)),
    );
    const changed = await owner.client.placeOrder(orderFor(sku, 2), key);

    // 503 asks to try again: too many at once for one key.
    expect(answers.filter(({ status }) => ![202, 503].includes(status))).toEqual([]);
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.orderId));
    expect(ids.size).toBe(1);
    expect(changed.status).toBe(422);
    expect(JSON.stringify(changed.body)).not.toContain([...ids][0]);
  });
};
