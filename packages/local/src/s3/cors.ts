import { AwsError, type WireAnswer } from '../cloud.ts';
import type { Bucket, CorsRule } from './buckets.ts';
import { type Input, text } from './input.ts';

/** One `*` stands for any run of characters. */
const fits = (pattern: string, value: string): boolean => {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === value;
  return value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end);
};

const ruleFor = ({ cors }: Bucket, origin: string, method: string, headers: readonly string[]) =>
  cors.find(
    (rule) =>
      rule.AllowedOrigins.some((pattern) => fits(pattern, origin)) &&
      rule.AllowedMethods.includes(method) &&
      headers.every((header) =>
        (rule.AllowedHeaders ?? []).some((pattern) => fits(pattern.toLowerCase(), header)),
      ),
  );

const headersOf = (rule: CorsRule, origin: string): Record<string, string> => ({
  ...(rule.AllowedOrigins.includes('*')
    ? { 'access-control-allow-origin': '*' }
    : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
  'access-control-allow-methods': rule.AllowedMethods.join(', '),
  ...(rule.ExposedHeaders !== undefined && {
    'access-control-expose-headers': rule.ExposedHeaders.join(', '),
  }),
  ...(rule.MaxAge !== undefined && { 'access-control-max-age': String(rule.MaxAge) }),
  vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
});

/** What a browser needs to read an answer: nothing where it didn't ask, or no rule of the bucket lets it. */
export const corsHeaders = (bucket: Bucket, input: Input): Record<string, string> => {
  const origin = text(input, 'Origin');
  if (origin === undefined) return {};
  const rule = ruleFor(bucket, origin, input.Method ?? 'GET', []);
  return rule === undefined ? {} : headersOf(rule, origin);
};

/** Answers a browser that asks before it sends. */
export const preflight = (bucket: Bucket, input: Input): WireAnswer => {
  const origin = text(input, 'Origin');
  const method = text(input, 'AccessControlRequestMethod');
  if (origin === undefined || method === undefined)
    throw new AwsError(
      'BadRequest',
      'Insufficient information. Origin request header needed, and Access-Control-Request-Method.',
    );
  const asked = (text(input, 'AccessControlRequestHeaders') ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase())
    .filter((header) => header !== '');
  const rule = ruleFor(bucket, origin, method, asked);
  if (rule === undefined)
    throw new AwsError(
      'AccessForbidden',
      bucket.cors.length === 0
        ? 'CORSResponse: CORS is not enabled for this bucket.'
        : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      403,
    );
  return {
    status: 200,
    headers: {
      ...headersOf(rule, origin),
      ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
    },
    body: '',
  };
};
