import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';

/** What a function sees of a checked token, in `requestContext.authorizer.jwt`. */
export interface Authorization {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/** `JwtConfiguration` of an authorizer. */
export interface JwtConfiguration {
  readonly Issuer: string;
  readonly Audience: readonly string[];
}

type Refusal = 'unauthorized' | 'forbidden';

export type Authorize = (
  authorization: string | undefined,
  scopes: readonly string[],
) => Promise<Authorization | Refusal>;

/** How many checked tokens are remembered. */
const REMEMBERED = 1000;

/** A JWT authorizer: signature, issuer, audience and times, as API Gateway checks them. */
export const createAuthorizer = (
  { Issuer, Audience }: JwtConfiguration,
  keysOf: (issuer: string) => JSONWebKeySet | undefined,
): Authorize => {
  const keys = keysOf(Issuer);
  const keySet = keys === undefined ? undefined : createLocalJWKSet(keys);
  // A signature check costs more than the rest of the request; the same token comes again and again.
  const checked = new Map<string, JWTPayload>();

  const verify = async (token: string): Promise<JWTPayload | undefined> => {
    const known = checked.get(token);
    if (known !== undefined && isCurrent(known)) return known;
    if (keySet === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: Issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp'],
      });
      if (checked.size >= REMEMBERED) checked.clear();
      checked.set(token, payload);
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  };

  return async (header, scopes) => {
    const token = /^(?:Bearer\s+)?(\S+)$/i.exec(header?.trim() ?? '')?.[1];
    const payload = token === undefined ? undefined : await verify(token);
    if (payload === undefined || !isFor(Audience, payload)) return 'unauthorized';
    const granted = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) return 'forbidden';
    return { claims: toClaims(payload), scopes: scopes.length > 0 ? granted : null };
  };
};

const isCurrent = ({ exp = 0, nbf = 0 }: JWTPayload): boolean => {
  const now = Date.now() / 1000;
  return exp > now && nbf <= now;
};

/** Amazon Cognito's access tokens carry `client_id` instead of `aud`; it counts only where `aud` is missing. */
const isFor = (audience: readonly string[], { aud, client_id }: JWTPayload): boolean =>
  [aud ?? client_id].flat().some((value) => typeof value === 'string' && audience.includes(value));

/** API Gateway gives every claim as text: a list in brackets with blanks between, `[admin support]`. */
const toClaims = (payload: JWTPayload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(' ')}]`
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value),
    ]),
  );

/** When a token ends, in ms since 1970; 0 where it can't be read. */
export const expiryOf = (token: string): number => {
  try {
    return (decodeJwt(token).exp ?? 0) * 1000;
  } catch {
    return 0;
  }
};
