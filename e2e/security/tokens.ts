import { expect, test } from '@jest/globals';
import { createClient } from '../support/client.ts';
import { signAgain } from '../support/tokens.ts';
import { ask } from './support/ask.ts';
import { forgedTokens, signedTokens } from './support/forged.ts';
import { inParallel } from './support/in-parallel.ts';
import { isLocal, quietTablesOf, type Secured } from './support/secured.ts';

export const tokenTests = (shop: () => Secured) => {
  const tokens = () => ({
    ...forgedTokens(shop().admin),
    ...(isLocal && signedTokens(shop().dataFolder ?? '', shop().admin)),
  });

  test('no route takes a token that is not the pool’s own access token, and nothing happens', async () => {
    const { url, endpoints } = shop();
    const before = isLocal ? await quietTablesOf(shop()) : [];
    const attempts = endpoints
      .filter(({ isAuthorized }) => isAuthorized)
      .flatMap((endpoint) => Object.entries(tokens()).map(([name, token]) => ({ endpoint, name, token })));

    const opened = await inParallel(attempts, async ({ endpoint, name, token }) => {
      const { status } = await ask(url, endpoint, { token });
      return status === 401 ? [] : [`${endpoint.key} answers a token ${name} with ${status}`];
    });

    expect(attempts.length).toBeGreaterThan(200);
    expect(opened.flat()).toEqual([]);
    if (isLocal) expect(await quietTablesOf(shop())).toEqual(before);
  });

  test('no route takes a token in another place or scheme', async () => {
    const { url, endpoints, admin } = shop();
    const token = admin.tokens.accessToken;
    const places = [
      { headers: {} },
      { headers: { authorization: '' } },
      { headers: { authorization: 'Bearer' } },
      { headers: { authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}` } },
      { headers: { authorization: `Token ${token}` } },
      { headers: { authorization: `Bearer Bearer ${token}` } },
      { headers: { 'x-authorization': `Bearer ${token}` } },
      { headers: { 'x-amzn-remapped-authorization': `Bearer ${token}` } },
      { headers: { cookie: `access_token=${token}; Authorization=Bearer ${token}` } },
      { headers: {}, query: `access_token=${token}&Authorization=${token}` },
    ];
    const attempts = endpoints
      .filter(({ isAuthorized }) => isAuthorized)
      .flatMap((endpoint) => places.map((place) => ({ endpoint, place })));

    const statuses = await inParallel(attempts, async ({ endpoint, place }) => ({
      route: endpoint.key,
      place,
      status: (await ask(url, endpoint, place)).status,
    }));

    expect(statuses.filter(({ status }) => status !== 401)).toEqual([]);
  });

  test('the genuine one is let in, however the scheme is written', async () => {
    const { url, owner } = shop();
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const headers = { authorization: `${scheme} ${owner.tokens.accessToken}` };
      expect((await createClient(url).send('GET', '/api/users/me', { headers })).status).toBe(200);
    }
  });

  if (isLocal) {
    test('a token that is signed again as it was is let in, so the refusals above are for what was changed', async () => {
      const { url, owner, dataFolder = '' } = shop();
      const token = signAgain(dataFolder, owner.tokens.accessToken, {});

      expect((await createClient(url, token).get('/api/users/me')).status).toBe(200);
    });
  }
};
