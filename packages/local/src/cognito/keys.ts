import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { Cloud } from '../cloud.ts';

/** The key with which a user pool signs its tokens. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: JsonWebKey;
}

/** The issuer of a pool's tokens, as on AWS, so that an authorizer's configuration needs no change. */
export const issuerOf = (cloud: Cloud, poolId: string): string =>
  `https://cognito-idp.${cloud.region}.amazonaws.com/${poolId}`;

/** The signing key of a pool. Made at first use and kept, so that tokens outlive a restart. */
export const signingKey = (cloud: Cloud, poolId: string): SigningKey => {
  const store = cloud.store('cognito-keys');
  const known = store.get<SigningKey>(poolId);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { id: `${poolId}-1`, privateKey: privateKey.export({ format: 'jwk' }) };
  store.put(poolId, key);
  return key;
};

/** What `<issuer>/.well-known/jwks.json` would say; undefined for an issuer that is none of the local pools. */
export const issuerKeys = (cloud: Cloud, issuer: string): JSONWebKeySet | undefined => {
  const pool = cloud.ofType('AWS::Cognito::UserPool').find(({ ref }) => issuerOf(cloud, ref) === issuer);
  if (pool === undefined) return undefined;
  const { id, privateKey } = signingKey(cloud, pool.ref);
  const publicKey = createPublicKey({ key: privateKey, format: 'jwk' }).export({ format: 'jwk' });
  return { keys: [{ ...publicKey, kty: 'RSA', kid: id, alg: 'RS256', use: 'sig' }] };
};
