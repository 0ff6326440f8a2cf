import { randomBytes, randomUUID } from 'node:crypto';
import type { AppClient } from 'cognito-local/lib/services/appClient.js';
import type { TokenGenerator } from 'cognito-local/lib/services/tokenGenerator.js';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Cloud } from '../cloud.ts';
import { issuerOf, signingKey } from './keys.ts';

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

type Kind = 'AccessToken' | 'IdToken';

/** What Amazon Cognito takes where the client says nothing: number and unit. */
const DEFAULTS: Record<Kind, readonly [number, keyof typeof SECONDS]> = {
  AccessToken: [1, 'hours'],
  IdToken: [1, 'hours'],
};

/** How long a client's tokens are valid, in seconds. */
export const lifetime = (client: AppClient, kind: Kind): number => {
  const [count, unit] = DEFAULTS[kind];
  const chosen = client.TokenValidityUnits?.[kind] as keyof typeof SECONDS | undefined;
  return (client[`${kind}Validity`] ?? count) * SECONDS[chosen ?? unit];
};

/**
 * Tokens as Amazon Cognito's. cognito-local signs with a key that is published in its package; here each pool has
 * a secret key of its own, and AWS's issuer, so that a token is as hard to forge as it should be.
 */
export const createTokenGenerator = (cloud: Cloud): TokenGenerator => ({
  generate: async (_context, user, groups, client) => {
    const { id, privateKey } = signingKey(cloud, client.UserPoolId);
    const key = await importJWK({ ...privateKey, kty: 'RSA' }, 'RS256');
    const now = Math.floor(Date.now() / 1000);
    const attributes = Object.fromEntries(user.Attributes.map(({ Name, Value }) => [Name, Value]));
    const common = {
      sub: attributes.sub,
      ...(groups.length > 0 && { 'cognito:groups': groups }),
      event_id: randomUUID(),
      origin_jti: randomUUID(),
      auth_time: now,
    };
    const sign = (kind: Kind, claims: Record<string, unknown>) =>
      new SignJWT({ ...common, ...claims } as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: id })
        .setIssuer(issuerOf(cloud, client.UserPoolId))
        .setIssuedAt(now)
        .setExpirationTime(now + lifetime(client, kind))
        .setJti(randomUUID())
        .sign(key);
    return {
      AccessToken: await sign('AccessToken', {
        token_use: 'access',
        client_id: client.ClientId,
        scope: 'aws.cognito.signin.user.admin',
        username: user.Username,
      }),
      IdToken: await sign('IdToken', {
        ...attributes,
        email_verified: attributes.email_verified === 'true',
        token_use: 'id',
        aud: client.ClientId,
        'cognito:username': user.Username,
      }),
      // Encrypted on AWS: nobody but the pool can read it, and no authorizer takes it for a proof of anything.
      RefreshToken: randomBytes(256).toString('base64url'),
    };
  },
});
