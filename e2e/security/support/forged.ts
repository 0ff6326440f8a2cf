import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { claimsOf, signAgain, signingKeyOf } from '../../support/tokens.ts';
import type { Person } from './people.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

/** Made from an administrator's own token, so that nothing but the token itself can be what is refused. */
export const forgedTokens = ({ tokens, id }: Person): Record<string, string> => {
  const token = tokens.accessToken;
  const [head = '', payload = '', signature = ''] = token.split('.');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const withKey = (header: object) => {
    const content = `${encode({ ...headerOf(token), ...header })}.${payload}`;
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), privateKey).toString('base64url')}`;
  };
  const claims = claimsOf(token);
  const tampered = (change: object) => `${head}.${encode({ ...claims, ...change })}.${signature}`;
  const half = Math.floor(signature.length / 2);
  return {
    'of a key of its own, under the pool’s key id': withKey({}),
    'with its key in the header': withKey({ jwk: publicKey.export({ format: 'jwk' }), kid: undefined }),
    'with its key at an address': withKey({ jku: 'https://example.com/jwks.json' }),
    'with a path for a key id': withKey({ kid: '../../../../dev/null' }),
    'with an unknown critical header': withKey({ crit: ['x'], x: 1 }),
    'of another person': tampered({ sub: '00000000-0000-4000-8000-000000000000' }),
    'with another group': tampered({ 'cognito:groups': ['admin', 'support'] }),
    'that lives longer': tampered({ exp: 99_999_999_999 }),
    'without a signature': `${head}.${payload}.`,
    'cut off': token.slice(0, -40),
    'with another signature': `${head}.${payload}.${signature.slice(half)}${signature.slice(0, half)}`,
    'of algorithm none': `${encode({ alg: 'none' })}.${payload}.`,
    'of algorithm nOnE, signed': `${encode({ ...headerOf(token), alg: 'nOnE' })}.${payload}.${signature}`,
    'twice over': `${token}, Bearer ${token}`,
    'with a fourth part': `${token}.x`,
    'of three dots': '..',
    'of nonsense': 'a.b.c',
    'of a JSON text': encode({ sub: id, 'cognito:groups': ['admin'] }),
    'that is an ID token': tokens.idToken,
    'that is a refresh token': tokens.refreshToken,
  };
};

/** What can be made only with the pool's own key, which lies in the data folder of a local shop. */
export const signedTokens = (dataFolder: string, { tokens, id }: Person): Record<string, string> => {
  const now = Math.floor(Date.now() / 1000);
  const again = (claims: Record<string, unknown>, token = tokens.accessToken) =>
    signAgain(dataFolder, token, claims);
  const { keyId, privateKey } = signingKeyOf(dataFolder);
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  const content = `${encode({ alg: 'HS256', kid: keyId })}.${tokens.accessToken.split('.')[1]}`;
  return {
    'signed with the public key as a password': `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`,
    expired: again({ exp: now - 1 }),
    'that never expires': again({ exp: undefined }),
    'that expires in words': again({ exp: 'never' }),
    'not valid yet': again({ nbf: now + 600 }),
    'of the future': again({ iat: now + 600 }),
    'of another pool': again({ iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another' }),
    'of no pool': again({ iss: undefined }),
    'for another client': again({ client_id: 'another' }),
    'for another audience': again({ aud: 'another' }),
    'for no audience': again({ client_id: undefined }),
    'of nobody': again({ sub: undefined }),
    'of an ID token’s use': again({ token_use: 'id' }),
    'of no use': again({ token_use: undefined, sub: id }),
  };
};
