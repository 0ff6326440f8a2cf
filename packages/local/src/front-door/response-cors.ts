import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import type { PolicyHeader } from './policy-header.ts';

/** `CorsConfig` of a response headers policy. */
export interface CorsConfig {
  readonly AccessControlAllowOrigins: { readonly Items: readonly string[] };
  readonly AccessControlAllowHeaders: { readonly Items: readonly string[] };
  readonly AccessControlAllowMethods: { readonly Items: readonly string[] };
  readonly AccessControlAllowCredentials: boolean;
  readonly AccessControlExposeHeaders?: { readonly Items: readonly string[] };
  readonly AccessControlMaxAgeSec?: number;
  readonly OriginOverride: boolean;
}

const METHODS = 'GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS';

/** The CORS headers that a policy adds to answers for other origins; none where the origin's own CORS headers stand. */
export const createPolicyCors = (
  config: CorsConfig,
): ((headers: HttpAnswer['headers'], request: HttpRequest) => readonly PolicyHeader[]) => {
  const { Items: allowed } = config.AccessControlAllowOrigins;
  const { Items: methods } = config.AccessControlAllowMethods;
  const forPreflight: readonly (readonly [string, string])[] = [
    ['access-control-allow-methods', methods.includes('ALL') ? METHODS : methods.join(', ')],
    ['access-control-allow-headers', config.AccessControlAllowHeaders.Items.join(', ')],
    ['access-control-max-age', String(config.AccessControlMaxAgeSec ?? '')],
  ];
  const always: readonly (readonly [string, string])[] = [
    ['access-control-expose-headers', config.AccessControlExposeHeaders?.Items.join(', ') ?? ''],
    ['access-control-allow-credentials', config.AccessControlAllowCredentials ? 'true' : ''],
  ];
  return (headers, { method, headers: { origin } }) => {
    if (origin === undefined || !allowed.some((pattern) => fits(pattern, origin))) return [];
    const isOriginsOwn = Object.keys(headers).some((name) => name.startsWith('access-control-'));
    if (isOriginsOwn && !config.OriginOverride) return [];
    const allowOrigin = allowed.includes('*') ? '*' : origin;
    return [
      ['access-control-allow-origin', allowOrigin] as const,
      ...(allowOrigin === '*' ? [] : [['vary', 'Origin'] as const]),
      ...always,
      ...(method === 'OPTIONS' ? forPreflight : []),
    ]
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({ name, value, override: config.OriginOverride }));
  };
};

/** `*` may stand for the whole origin, or for its first labels, as in `https://*.example.com`. */
const fits = (pattern: string, origin: string): boolean => {
  const [before = '', after] = pattern.split('*', 2);
  if (after === undefined) return pattern === origin;
  return origin.length >= before.length + after.length && origin.startsWith(before) && origin.endsWith(after);
};
