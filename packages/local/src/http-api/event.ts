import { randomBytes, randomUUID } from 'node:crypto';
import type { Authorization } from './authorizer.ts';
import type { HttpRequest } from './http.ts';
import type { Match } from './routes.ts';

/** What the event tells about the API that received the request. */
export interface ApiIdentity {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
}

/** The event of payload format 2.0 for a request that matched a route. */
export const toEvent = (
  api: ApiIdentity,
  request: HttpRequest,
  { route, pathParameters }: Match,
  body: Buffer,
  authorization: Authorization | undefined,
): Record<string, unknown> => {
  const { path, query } = splitUrl(request.url);
  const cookies = request.headers.cookie?.split(/;\s*/).filter((cookie) => cookie !== '');
  const now = new Date();
  const rawPath = decodeURIComponent(path);
  const isText = isTextual(request.headers['content-type']);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers: eventHeaders(api, request),
    ...(query !== '' && { queryStringParameters: parseQuery(query) }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      ...(authorization && { authorizer: { jwt: authorization } }),
      domainName: api.domainName,
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

/** Path and query of a URL as the client sent it; neither is normalised, so `/a/../b` stays what it is. */
export const splitUrl = (url: string): { path: string; query: string } => {
  const at = url.indexOf('?');
  return at === -1 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
};

const eventHeaders = (api: ApiIdentity, { headers, sourceIp }: HttpRequest): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'cookie' || name === 'connection') continue;
    result[name] = Array.isArray(value) ? value.join(',') : value;
  }
  result.host = api.domainName;
  result['x-forwarded-for'] = [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', ');
  result['x-forwarded-port'] ??= '443';
  result['x-forwarded-proto'] ??= 'https';
  result['x-amzn-trace-id'] ??= traceId();
  return result;
};

const traceId = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

/** A name given twice has its values joined by commas. */
const parseQuery = (query: string): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    result[name] = Object.hasOwn(result, name) ? `${result[name]},${value}` : value;
  }
  return result;
};

/** API Gateway hands over text as it is and everything else, forms included, as base64. */
const isTextual = (contentType: string | undefined): boolean =>
  contentType === undefined ||
  /^\s*(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml))(?:\s*;|\s*$))/i.test(contentType);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000`. */
const clfTime = (date: Date): string => {
  const iso = date.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[date.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};
