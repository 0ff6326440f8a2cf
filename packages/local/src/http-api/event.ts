import { randomBytes } from 'node:crypto';
import { emptyRecord, type HttpRequest } from './http.ts';
import type { Match } from './routes.ts';
import type { Stage } from './stages.ts';

/** What the event tells about the API that received the request. */
export interface ApiIdentity {
  readonly accountId: string;
  readonly apiId: string;
  readonly region: string;
  readonly domainName: string;
}

/** A request that matched a route: what its authorizer and its function are told. */
export interface Call {
  readonly method: string;
  readonly routeKey: string;
  /** Percent-decoded, the stage's name included. */
  readonly rawPath: string;
  /** `rawPath` without the stage's name. */
  readonly path: string;
  readonly rawQueryString: string;
  readonly cookies: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters: Readonly<Record<string, string>> | undefined;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  readonly stage: Stage;
  readonly requestContext: RequestContext;
}

/** `requestContext`, but for the authorizer's part. */
interface RequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly protocol: string;
    readonly sourceIp: string;
    readonly userAgent: string;
  };
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly time: string;
  readonly timeEpoch: number;
}

interface Arrival {
  readonly api: ApiIdentity;
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly stage: Stage;
  readonly rawPath: string;
  readonly path: string;
  readonly query: string;
  readonly match: Match<{ readonly key: string }>;
}

/** Gathers what there is to tell about a request that matched a route. */
export const toCall = ({ api, request, requestId, stage, rawPath, path, query, match }: Arrival): Call => {
  const { method, headers, sourceIp } = request;
  const routeKey = match.route.key;
  const now = new Date();
  return {
    method,
    routeKey,
    rawPath,
    path,
    rawQueryString: query,
    cookies: headers.cookie?.split(/;\s*/).filter((cookie) => cookie !== ''),
    headers: eventHeaders(api, request),
    queryStringParameters: query === '' ? undefined : parseQuery(query),
    pathParameters: match.pathParameters,
    stage,
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: api.domainName,
      domainPrefix: api.apiId,
      http: {
        method,
        path: rawPath,
        // CloudFront speaks HTTP/1.1 with its origins, whatever the viewer speaks.
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: stage.name,
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
  };
};

/** The event of payload format 2.0. What there is none of is left out, as API Gateway does. */
export const toEvent = (
  call: Call,
  body: Buffer,
  authorizer: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> => {
  const { accountId, apiId, ...context } = call.requestContext;
  const isBase64Encoded = body.length > 0 && !isTextual(call.headers['content-type']);
  return {
    version: '2.0',
    routeKey: call.routeKey,
    rawPath: call.rawPath,
    rawQueryString: call.rawQueryString,
    cookies: call.cookies,
    headers: { ...call.headers, 'content-length': String(body.length) },
    queryStringParameters: call.queryStringParameters,
    requestContext: { accountId, apiId, authorizer, ...context },
    body: body.length === 0 ? undefined : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    pathParameters: call.pathParameters,
    isBase64Encoded,
    stageVariables: call.stage.variables,
  };
};

/** An identifier in API Gateway's form, such as `JKJaXmPLvHcESHA=`. */
export const newRequestId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** Headers of one connection; cookies have a place of their own. */
const NOT_TOLD: ReadonlySet<string> = new Set([
  'connection',
  'cookie',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const eventHeaders = (api: ApiIdentity, { headers, sourceIp }: HttpRequest): Record<string, string> => {
  const result = emptyRecord();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !NOT_TOLD.has(name)) result[name] = value;
  }
  const forwardedFor = headers['x-forwarded-for'];
  result.host = api.domainName;
  result['x-amzn-trace-id'] = traceId(headers['x-amzn-trace-id']);
  result['x-forwarded-for'] = forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`;
  result['x-forwarded-port'] = '443';
  result['x-forwarded-proto'] = 'https';
  return result;
};

/** A trace that the client began goes on; otherwise one begins here. */
const traceId = (incoming: string | undefined): string => {
  if (incoming !== undefined && /(?:^|;)\s*Root=/i.test(incoming)) return incoming;
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const root = `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
  return incoming ? `${root};${incoming}` : root;
};

/** A name given twice has its values joined by commas. */
const parseQuery = (query: string): Record<string, string> => {
  const result = emptyRecord();
  for (const [name, value] of new URLSearchParams(query)) {
    const known = result[name];
    result[name] = known === undefined ? value : `${known},${value}`;
  }
  return result;
};

const TEXT = /^\s*(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml))(?:\s*;|\s*$))/i;

/** API Gateway hands over text as it is and everything else, forms included, as base64. */
const isTextual = (contentType: string | undefined): boolean =>
  contentType === undefined || TEXT.test(contentType);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000`. */
const clfTime = (date: Date): string => {
  const iso = date.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[date.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};
