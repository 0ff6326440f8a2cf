import type { HttpAnswer } from '../http-api/http.ts';
import type { CustomErrorResponse } from './distribution-config.ts';
import type { CachePolicy } from './policies.ts';

/** How long errors are kept, in seconds, where the distribution says nothing else. */
const ERROR_TTL = 10;

/** Errors that CloudFront keeps whatever the cache policy and the origin say. */
const KEPT_ERRORS: ReadonlySet<number> = new Set([404, 414, 500, 501, 502, 503, 504]);

/** Errors that it keeps where the origin or the distribution says how long. */
const KEPT_IF_TOLD: ReadonlySet<number> = new Set([400, 403, 405, 412, 415]);

const KEPT: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 302]);

/** Kept only where the origin sends Cache-Control. */
const KEPT_REDIRECTS: ReadonlySet<number> = new Set([307, 308]);

export interface Freshness {
  /** Whether an answer that is no error may be kept at all. */
  readonly keepsAnswers: boolean;
  /** Whether any error is kept. */
  readonly keepsErrors: boolean;
  /** How long the answer is fresh, in seconds; 0 where it must not be kept. */
  ttlOf(answer: HttpAnswer): number;
}

/** How long answers are kept under a cache policy. `now` gives ms since 1970. */
export const createFreshness = (
  policy: CachePolicy,
  errors: readonly CustomErrorResponse[],
  now: () => number,
): Freshness => {
  const keepsAnswers = policy.maxTtl > 0;
  const errorTtls = new Map(
    errors.map(({ ErrorCode, ErrorCachingMinTTL = ERROR_TTL }) => [ErrorCode, ErrorCachingMinTTL]),
  );
  const errorTtlOf = (status: number): number =>
    errorTtls.get(status) ?? (KEPT_ERRORS.has(status) ? ERROR_TTL : 0);

  const ttlOfError = (status: number, told: Directives): number => {
    if (!KEPT_ERRORS.has(status) && !KEPT_IF_TOLD.has(status)) return 0;
    return Math.max(errorTtlOf(status), told.forbids ? 0 : (told.seconds ?? 0));
  };

  return {
    keepsAnswers,
    keepsErrors: [...KEPT_ERRORS, ...KEPT_IF_TOLD].some((status) => errorTtlOf(status) > 0),
    ttlOf: ({ status, headers }) => {
      const told = directives(headers, now());
      if (status >= 400) return ttlOfError(status, told);
      if (!keepsAnswers || !(KEPT.has(status) || (KEPT_REDIRECTS.has(status) && told.hasCacheControl)))
        return 0;
      if (told.forbids) return policy.minTtl;
      if (told.seconds === undefined) return Math.max(policy.minTtl, policy.defaultTtl);
      return Math.min(Math.max(told.seconds, policy.minTtl), policy.maxTtl);
    },
  };
};

interface Directives {
  readonly hasCacheControl: boolean;
  readonly forbids: boolean;
  readonly seconds: number | undefined;
}

const directives = (headers: HttpAnswer['headers'], now: number): Directives => {
  const control = String(headers['cache-control'] ?? '').toLowerCase();
  const seconds = /(?:^|[\s,])s-maxage="?(\d+)/.exec(control) ?? /(?:^|[\s,])max-age="?(\d+)/.exec(control);
  const expires = Date.parse(String(headers.expires ?? ''));
  return {
    hasCacheControl: control !== '',
    forbids: /(?:^|[\s,])(?:no-cache|no-store|private)(?:$|[\s,=])/.test(control),
    seconds: seconds ? Number(seconds[1]) : secondsUntil(expires, now),
  };
};

const secondsUntil = (time: number, now: number): number | undefined =>
  Number.isNaN(time) ? undefined : Math.max(0, Math.floor((time - now) / 1000));
