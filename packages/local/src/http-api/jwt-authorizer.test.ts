import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { issuerOf, signingKey } from '../cognito/keys.ts';
import { startTestShop } from '../front-door/test-shop.ts';
import type { Call } from './event.ts';
import { createJwtAuthorizer } from './jwt-authorizer.ts';

let shop: Awaited<ReturnType<typeof startTestShop>>;

beforeAll(async () => {
  shop = await startTestShop();
});
afterAll(() => shop.stop());

const now = () => Math.floor(Date.now() / 1000);

interface Forgery {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly header?: Record<string, string | undefined>;
  readonly key?: Parameters<SignJWT['sign']>[0];
}

/** A token of the pool's, changed in one respect. */
const token = async ({ claims = {}, issuer, header = {}, key }: Forgery = {}) => {
  const { id, privateKey } = signingKey(shop.cloud, shop.poolId);
  return new SignJWT({ sub: 'somebody', client_id: shop.clientId, exp: now() + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: id, ...header })
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

const segments = 'token contains an invalid number of segments';
const expired = 'the token has expired';
const audience = 'the token does not have a valid audience';
const forged = 'crypto/rsa: verification error';

test.each<[string, () => Promise<string> | string, string]>([
  ['nonsense', () => 'Bearer nonsense', segments],
  ['another scheme', () => `Basic ${btoa('a:b')}`, segments],
  ['expired', () => token({ claims: { exp: now() - 1 } }), expired],
  ['never expiring', () => token({ claims: { exp: undefined } }), expired],
  ['not yet valid', () => token({ claims: { nbf: now() + 60 } }), 'the token is not valid yet'],
  ['of the future', () => token({ claims: { iat: now() + 60 } }), 'the token was issued in the future'],
  ["another client's", () => token({ claims: { client_id: 'other' } }), audience],
  ['for another audience', () => token({ claims: { aud: 'other' } }), audience],
  [
    "another issuer's",
    () => token({ issuer: 'https://elsewhere.example' }),
    'the token does not have a valid issuer',
  ],
  ["signed with a stranger's key", () => token({ key: strangersKey() }), forged],
  ['signed with another key id', () => token({ header: { kid: 'other' } }), 'unable to find kid'],
  ['signed without a key id', () => token({ header: { kid: undefined } }), 'unable to find kid'],
  [
    'signed with a shared secret',
    () => token({ header: { alg: 'HS256' }, key: new TextEncoder().encode('x'.repeat(32)) }),
    'signing method is invalid',
  ],
  [
    'unsigned',
    () => `${btoa('{"alg":"none","kid":"x"}')}.${btoa(`{"sub":"x","exp":${now() + 60}}`)}.`,
    'signing method is invalid',
  ],
  ['three times nothing', () => '..', 'the token is malformed'],
  ['changed after signing', async () => `${(await token()).slice(0, -6)}AAAAAA`, forged],
])('refused: %s', async (_, make, description) => {
  const response = await get(await make());

  expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer scope="" error="invalid_token" error_description="${description}"`,
  );
});

test.each([undefined, '', 'Bearer '])('refused: no token in "%s"', async (authorization) => {
  const response = await get(authorization);

  expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test.each([
  { scope: 'orders/read orders/write' },
  { scp: ['orders/read', 'orders/write'] },
  { scp: 'orders/write' },
])('a route with scopes takes a token with %j', async (claims) => {
  const response = await get(await token({ claims }), '/api/shop/scoped');

  expect(response.status).toBe(200);
  const scopes = Object.values(claims).flatMap((value) =>
    typeof value === 'string' ? value.split(' ') : value,
  );
  expect(await response.json()).toHaveProperty('requestContext.authorizer.jwt.scopes', scopes);
});

test('a token without any of the scopes is a 403 that says which', async () => {
  const response = await get(await token({ claims: { scope: 'orders/read' } }), '/api/shop/scoped');

  expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer scope="orders/write" error="insufficient_scope" error_description="the token does not have a required scope"',
  );
});

/** An authorizer of a key of the test's own, whose clock the test sets. */
const createTestAuthorizer = async (
  token: (sign: (claims: JWTPayload) => Promise<string>) => Promise<string>,
) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'k', alg: 'RS256' };
  const signed = await token((claims) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey),
  );
  const clock = { seconds: 1000 };
  const authorize = createJwtAuthorizer({
    configuration: { Issuer: 'https://issuer', Audience: ['app'] },
    source: () => signed,
    keysOf: (issuer) => (issuer === 'https://issuer' ? { keys: [jwk] } : undefined),
    now: () => clock.seconds * 1000,
  });
  return { clock, verdict: () => authorize({} as Call, []) };
};

test('a token that is remembered still ends', async () => {
  const { clock, verdict } = await createTestAuthorizer((sign) =>
    sign({ iss: 'https://issuer', aud: ['x', 'app'], exp: 1010, nbf: 1000, iat: 1000 }),
  );

  expect(await verdict()).toHaveProperty('authorizer.jwt.claims.exp', '1010');
  clock.seconds = 1009;
  expect(await verdict()).toHaveProperty('authorizer');
  clock.seconds = 1010;
  expect(await verdict()).toHaveProperty('refusal.status', 401);
  // A clock that is set back makes it valid again, and then not valid yet.
  clock.seconds = 999;
  expect(await verdict()).toHaveProperty('refusal.status', 401);
  clock.seconds = 1000;
  expect(await verdict()).toHaveProperty('authorizer');
});

test('claims that are no text become what API Gateway makes of them', async () => {
  const { verdict } = await createTestAuthorizer((sign) =>
    sign({ iss: 'https://issuer', aud: 'app', exp: 2000, address: { zip: 8010, city: 'Graz' }, none: null }),
  );

  expect(await verdict()).toMatchObject({
    authorizer: { jwt: { claims: { address: 'map[city:Graz zip:8010]', none: '<nil>' } } },
  });
});
