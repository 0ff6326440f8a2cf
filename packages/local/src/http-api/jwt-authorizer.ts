import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { message } from './http.ts';
import type { IdentitySource } from './identity-source.ts';
import type { Authorize, Verdict } from './verdict.ts';

/** `JwtConfiguration` of an authorizer. */
export interface JwtConfiguration {
  readonly Issuer: string;
  readonly Audience: readonly string[];
}

interface Options {
  readonly configuration: JwtConfiguration;
  readonly source: IdentitySource;
  /** What the issuer publishes; undefined for one that can't be reached. */
  readonly keysOf: (issuer: string) => JSONWebKeySet | undefined;
  readonly now: () => number;
}

/** How many checked tokens are remembered. */
const REMEMBERED = 1000;

/** The RSA algorithms: API Gateway takes no others. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** Why a token is not taken, in the words of `error_description`. */
class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** A JWT authorizer: signature, issuer, audience, times and scopes, as API Gateway checks them. */
export const createJwtAuthorizer = ({ configuration, source, keysOf, now }: Options): Authorize => {
  const { Issuer, Audience } = configuration;
  const keys = keysOf(Issuer);
  const keySet = keys === undefined ? undefined : createLocalJWKSet(keys);
  // A signature check costs more than the rest of the request; the same token comes again and again.
  // Its times are looked at each time.
  const checked = new Map<string, JWTPayload>();

  const verify = async (token: string): Promise<JWTPayload> => {
    const known = checked.get(token);
    if (known !== undefined) return known;
    if (token.split('.').length !== 3) throw new InvalidToken('token contains an invalid number of segments');
    if (keySet === undefined) throw new InvalidToken('OIDC discovery endpoint communication error');
    if (typeof decodeProtectedHeader(token).kid !== 'string') throw new InvalidToken('unable to find kid');
    await compactVerify(token, keySet, { algorithms: ALGORITHMS });
    const payload = decodeJwt(token);
    if (checked.size >= REMEMBERED) checked.clear();
    checked.set(token, payload);
    return payload;
  };

  return async (call, scopes) => {
    const token = source(call)
      ?.trim()
      .replace(/^Bearer(?:\s+|$)/i, '');
    if (!token) return unauthorized('Bearer');
    try {
      const payload = await verify(token);
      if (payload.iss !== Issuer) throw new InvalidToken('the token does not have a valid issuer');
      checkTimes(payload, now() / 1000);
      if (!isFor(Audience, payload)) throw new InvalidToken('the token does not have a valid audience');
      return judgeScopes(payload, scopes);
    } catch (error) {
      return unauthorized(challenge(scopes, 'invalid_token', reason(error)));
    }
  };
};

const judgeScopes = (payload: JWTPayload, scopes: readonly string[]): Verdict => {
  const granted = scopesOf(payload);
  if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
    const answer = message(403, 'Forbidden');
    const header = challenge(scopes, 'insufficient_scope', 'the token does not have a required scope');
    return { refusal: { ...answer, headers: { ...answer.headers, 'www-authenticate': header } } };
  }
  return { authorizer: { jwt: { claims: toClaims(payload), scopes: scopes.length > 0 ? granted : null } } };
};

const checkTimes = ({ exp, nbf, iat }: JWTPayload, seconds: number): void => {
  if (typeof exp !== 'number' || exp <= seconds) throw new InvalidToken('the token has expired');
  if (nbf !== undefined && !(nbf <= seconds)) throw new InvalidToken('the token is not valid yet');
  if (iat !== undefined && !(iat <= seconds)) throw new InvalidToken('the token was issued in the future');
};

/** Amazon Cognito's access tokens carry `client_id` instead of `aud`; it counts only where `aud` is missing. */
const isFor = (audience: readonly string[], { aud, client_id }: JWTPayload): boolean =>
  [aud ?? client_id].flat().some((value) => typeof value === 'string' && audience.includes(value));

const scopesOf = ({ scope, scp }: JWTPayload): readonly string[] => {
  const value = scope ?? scp;
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ') : [];
};

const reason = (error: unknown): string => {
  if (error instanceof InvalidToken) return error.message;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'signing method is invalid';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unable to find kid';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'crypto/rsa: verification error';
  if (error instanceof errors.JOSEError || error instanceof TypeError) return 'the token is malformed';
  throw error;
};

const challenge = (scopes: readonly string[], error: string, description: string): string =>
  `Bearer scope="${scopes.join(' ')}" error="${error}" error_description="${description}"`;

const unauthorized = (header: string): Verdict => {
  const answer = message(401, 'Unauthorized');
  return { refusal: { ...answer, headers: { ...answer.headers, 'www-authenticate': header } } };
};

const toClaims = (payload: JWTPayload): Record<string, string> =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, toText(value)]));

/** API Gateway gives every claim as text, a list as `[admin support]`, an object as `map[city:Graz zip:8010]`. */
const toText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(toText).join(' ')}]`;
  if (value === null || typeof value !== 'object') return value === null ? '<nil>' : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, item]) => `${name}:${toText(item)}`).join(' ')}]`;
};

/** When a token ends, in ms since 1970; 0 where it can't be read. */
export const expiryOf = (token: string): number => {
  try {
    return (decodeJwt(token).exp ?? 0) * 1000;
  } catch {
    return 0;
  }
};
