import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Api, AwsError } from '../cloud.ts';
import { secretAccessKey } from '../iam/credentials.ts';
import { accessDenied } from './errors.ts';

type Request = Pick<Parameters<NonNullable<Api['route']>>[0], 'method' | 'path' | 'query' | 'headers'>;

const REQUIRED = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
  (name) => `X-Amz-${name}`,
);
/** A week, in seconds: AWS signs for no longer. */
const MAX_EXPIRES = 604_800;
/** How far a clock may be ahead, in milliseconds. */
const MAX_SKEW_MS = 15 * 60_000;

const invalid = (message: string) => new AwsError('AuthorizationQueryParametersError', message);

/** RFC 3986, as Signature Version 4 wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const canonicalRequest = ({ method, path, query, headers }: Request): string => {
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const lines = signed.map((name) => `${name}:${[headers[name] ?? ''].flat().join(',').trim()}\n`);
  const payload =
    query.get('X-Amz-Content-Sha256') ??
    (signed.includes('x-amz-content-sha256') ? headers['x-amz-content-sha256'] : undefined) ??
    'UNSIGNED-PAYLOAD';
  const uri = path
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
  return [method, uri, pairs.join('&'), lines.join(''), signed.join(';'), payload].join('\n');
};

const signatureOf = (request: Request): string => {
  const [, date = '', region = '', service = ''] = (request.query.get('X-Amz-Credential') ?? '').split('/');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const hash = createHash('sha256').update(canonicalRequest(request)).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', request.query.get('X-Amz-Date'), scope, hash].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date));
  return createHmac('sha256', key).update(toSign).digest('hex');
};

const matches = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

/** Refuses a pre-signed URL that has expired, or isn't what was signed. Every key on this machine has the same secret. */
export const checkPresigned = (request: Request, now: number): void => {
  const { query } = request;
  if (!REQUIRED.every((name) => query.has(name)))
    throw invalid(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw invalid('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt))
    throw invalid("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const expires = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(expires)) throw invalid('X-Amz-Expires should be a number');
  if (expires < 0) throw invalid('X-Amz-Expires must be non-negative');
  if (expires > MAX_EXPIRES)
    throw invalid(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  if (signedAt - now > MAX_SKEW_MS) throw accessDenied('Request is not valid yet');
  if (now > signedAt + expires * 1000) throw accessDenied('Request has expired');
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (Object.keys(request.headers).some((name) => name.startsWith('x-amz-') && !signed.includes(name)))
    throw accessDenied('There were headers present in the request which were not signed');
  if (!matches(query.get('X-Amz-Signature') ?? '', signatureOf(request)))
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
};
