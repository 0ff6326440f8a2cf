import { expect, test } from '@jest/globals';
import { access } from './support/access.ts';
import { ask } from './support/ask.ts';
import { inParallel } from './support/in-parallel.ts';
import { isLocal, quietTablesOf, type Secured } from './support/secured.ts';

export const accessTests = (shop: () => Secured) => {
  const statuses = (which: string, token: string | undefined) =>
    inParallel(
      shop().endpoints.filter(({ key }) => access[key] === which),
      async (endpoint) => ({
        route: endpoint.key,
        status: (await ask(shop().url, endpoint, token === undefined ? {} : { token })).status,
      }),
    );
  const all = (asked: { route: string }[], status: unknown) => asked.map(({ route }) => ({ route, status }));

  test('somebody has thought about whom each route is meant for', () => {
    expect(
      shop()
        .endpoints.map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(access).sort());
  });

  test('API Gateway itself turns nobody away from the routes for everybody, and from no others', () => {
    const open = shop().endpoints.filter(({ isAuthorized }) => !isAuthorized);
    const meant = Object.keys(access).filter((key) => access[key] === 'everybody');
    expect(open.map(({ key }) => key).sort()).toEqual(meant.sort());
  });

  test('an administrator’s routes are closed to customers, and nothing happens', async () => {
    const before = isLocal ? await quietTablesOf(shop()) : [];

    const asked = await statuses('admin', shop().owner.tokens.accessToken);

    expect(asked.length).toBeGreaterThan(4);
    expect(asked).toEqual(all(asked, 403));
    if (isLocal) expect(await quietTablesOf(shop())).toEqual(before);
  });

  test('they are closed without a token, too', async () => {
    const asked = [...(await statuses('admin', undefined)), ...(await statuses('customer', undefined))];

    expect(asked).toEqual(all(asked, 401));
  });

  test('the others let customers in', async () => {
    const asked = await statuses('customer', shop().owner.tokens.accessToken);

    expect(asked.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  });
};
