import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import { issuerOf, signingKey } from '../cognito/keys.ts';
import { startTestShop } from '../front-door/test-shop.ts';

let shop: Awaited<ReturnType<typeof startTestShop>>;

beforeAll(async () => {
  shop = await startTestShop();
});
afterAll(() => shop.stop());

const now = () => Math.floor(Date.now() / 1000);

interface Forgery {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly key?: Parameters<SignJWT['sign']>[0];
}

/** A token of the pool's, changed in one respect. */
const token = async ({ claims = {}, issuer, key }: Forgery = {}) => {
  const { id, privateKey } = signingKey(shop.cloud, shop.poolId);
  return new SignJWT({ sub: 'somebody', client_id: shop.clientId, exp: now() + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: id })
    .setIssuer(issuer ?? issuerOf(shop.cloud, shop.poolId))
    .sign(key ?? (await importJWK({ ...privateKey, kty: 'RSA' }, 'RS256')));
};

const get = (authorization: string | undefined, path = '/api/shop/private') =>
  fetch(shop.url + path, authorization === undefined ? {} : { headers: { authorization } });

test('claims reach the function as text', async () => {
  const claims = { 'cognito:groups': ['admin', 'support'], email_verified: true, auth_time: 5 };
  const response = await get(`Bearer ${await token({ claims })}`);

  expect(response.status).toBe(200);
  expect(await response.json()).toHaveProperty('requestContext.authorizer', {
    jwt: {
      claims: expect.objectContaining({
        sub: 'somebody',
        'cognito:groups': '[admin support]',
        email_verified: 'true',
        auth_time: '5',
      }),
      scopes: null,
    },
  });
});

test('an id token is for the client in aud, and the word Bearer may be left out', async () => {
  const claims = { client_id: undefined, aud: shop.clientId };
  expect((await get(await token({ claims }))).status).toBe(200);
});

const strangersKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

test.each<[string, () => Promise<string | undefined> | string | undefined]>([
  ['no token', () => undefined],
  ['nonsense', () => 'Bearer nonsense'],
  ['another scheme', () => `Basic ${btoa('a:b')}`],
  ['expired', () => token({ claims: { exp: now() - 1 } })],
  ['never expiring', () => token({ claims: { exp: undefined } })],
  ['not yet valid', () => token({ claims: { nbf: now() + 60 } })],
  ["another client's", () => token({ claims: { client_id: 'other' } })],
  ['for another audience', () => token({ claims: { aud: 'other' } })],
  ["another issuer's", () => token({ issuer: 'https://elsewhere.example' })],
  ["signed with a stranger's key", () => token({ key: strangersKey() })],
  ['unsigned', () => `${btoa('{"alg":"none"}')}.${btoa(`{"sub":"x","exp":${now() + 60}}`)}.`],
  ['changed after signing', async () => `${(await token()).slice(0, -6)}AAAAAA`],
])('refused: %s', async (_, make) => {
  const response = await get(await make());

  expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
});

test('a route with scopes takes only tokens that carry one of them', async () => {
  const scope = 'orders/read orders/write';
  expect((await get(await token({ claims: { scope } }), '/api/shop/scoped')).status).toBe(200);
  expect((await get(await token({ claims: { scope: 'orders/read' } }), '/api/shop/scoped')).status).toBe(403);
});
