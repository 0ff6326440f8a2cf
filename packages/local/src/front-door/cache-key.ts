import { type HttpRequest, splitUrl } from '../http-api/http.ts';
import { normalizeEncodings } from './encodings.ts';
import type { CachePolicy } from './policies.ts';
import { selectCookies, selectQuery } from './selection.ts';

/** Under which key an answer is kept; undefined for a request whose answer is not for others. */
export const cacheKeyOf = (
  { method, url, headers }: HttpRequest,
  policy: CachePolicy,
): string | undefined => {
  // A part of an object is not the object.
  if ((method !== 'GET' && method !== 'HEAD') || headers.range !== undefined) return undefined;
  const { path, query } = splitUrl(url);
  return JSON.stringify([
    path,
    selectQuery(query, policy.queries),
    selectCookies(headers.cookie, policy.cookies),
    policy.headers.none ? [] : Object.entries(headers).filter(([name]) => policy.headers.has(name)),
    normalizeEncodings(headers['accept-encoding'], policy),
  ]);
};
