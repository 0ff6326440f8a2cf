import { emptyRecord, type HttpRequest, splitUrl } from '../http-api/http.ts';
import { normalizeEncodings } from './encodings.ts';
import type { Origin } from './origins.ts';
import type { CachePolicy, OriginRequestPolicy } from './policies.ts';
import { NONE, selectCookies, selectQuery, union } from './selection.ts';

/** Headers of one connection, and those that CloudFront never passes on. */
const REMOVED: ReadonlySet<string> = new Set([
  'connection',
  'cookie',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** Goes to the origin whatever the policies say: it belongs to the body, or makes a request conditional. */
const ALWAYS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'range',
  'transfer-encoding',
]);

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const ownHeaders: Readonly<Record<string, (request: HttpRequest) => string>> = {
  'cloudfront-forwarded-proto': () => 'https',
  'cloudfront-viewer-address': ({ sourceIp }) => `${sourceIp}:0`,
  'cloudfront-viewer-http-version': () => '1.1',
};

interface Passage {
  readonly via: string;
  readonly id: string;
}

/** Makes of a viewer's request the one that CloudFront sends to the origin. */
export const createOriginRequest = (
  origin: Origin,
  cachePolicy: CachePolicy,
  policy: OriginRequestPolicy | undefined,
): ((request: HttpRequest, passage: Passage) => HttpRequest) => {
  const headers = union(cachePolicy.headers, policy?.headers ?? NONE);
  const cookies = union(cachePolicy.cookies, policy?.cookies ?? NONE);
  const queries = union(cachePolicy.queries, policy?.queries ?? NONE);
  const own = (policy?.cloudFrontHeaders ?? []).filter((name) => name in ownHeaders);
  const normalizes = cachePolicy.gzip || cachePolicy.brotli;

  const goes = (name: string): boolean =>
    !REMOVED.has(name) &&
    !name.startsWith('cloudfront-') &&
    !name.startsWith('x-edge-') &&
    (ALWAYS.has(name) || headers.has(name));

  const headersOf = (request: HttpRequest, { via, id }: Passage): Record<string, string> => {
    const incoming = request.headers;
    const result = emptyRecord();
    // CloudFront takes Authorization from reads where no policy asks for it, and from nothing else.
    const writes = !READS.has(request.method);
    for (const name in incoming) {
      const value = incoming[name];
      if (value !== undefined && (goes(name) || (name === 'authorization' && writes))) result[name] = value;
    }
    const cookie = selectCookies(incoming.cookie, cookies);
    if (cookie !== undefined) result.cookie = cookie;
    if (normalizes) {
      const encodings = normalizeEncodings(incoming['accept-encoding'], cachePolicy);
      if (encodings === '') delete result['accept-encoding'];
      else result['accept-encoding'] = encodings;
    }
    result.host ??= origin.host;
    result['user-agent'] ??= 'Amazon CloudFront';
    result.via = incoming.via === undefined ? via : `${incoming.via}, ${via}`;
    result['x-amz-cf-id'] = id;
    result['x-forwarded-for'] = [incoming['x-forwarded-for'], request.sourceIp].filter(Boolean).join(', ');
    for (const name of own) result[name] = ownHeaders[name]?.(request) ?? '';
    return Object.assign(result, origin.headers);
  };

  const urlOf = (url: string): string => {
    if (queries.all) return origin.path + url;
    const { path, query } = splitUrl(url);
    const kept = selectQuery(query, queries);
    return `${origin.path}${path}${kept === '' ? '' : `?${kept}`}`;
  };

  return (request, passage) => ({
    ...request,
    url: urlOf(request.url),
    headers: headersOf(request, passage),
  });
};
