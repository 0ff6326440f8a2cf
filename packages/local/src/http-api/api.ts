import { AwsError, type Cloud, type Resource } from '../cloud.ts';
import { toAnswer } from './answer.ts';
import { authorizersOf } from './authorizers.ts';
import { type CorsConfiguration, isPreflight, preflightAnswer, withCors } from './cors.ts';
import { type ApiIdentity, type Call, newRequestId, toCall, toEvent } from './event.ts';
import { BodyTooLarge, type HttpAnswer, type HttpRequest, message, splitUrl } from './http.ts';
import { createInvoke, Unavailable } from './integration.ts';
import { createCount } from './metrics.ts';
import { createMatcher } from './routes.ts';
import { findStage, stagesOf } from './stages.ts';
import { type Route, routesOf } from './template.ts';

/** An HTTP API, ready to answer. */
export interface HttpApi {
  readonly id: string;
  /** The context that owns it. */
  readonly service: string;
  /** Such as `abc123.execute-api.us-east-1.amazonaws.com`. */
  readonly domainName: string;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** One request and what is to be counted of it. */
interface Exchange {
  readonly request: HttpRequest;
  readonly requestId: string;
  route?: Route;
  stage?: string;
  integrationMs?: number;
  requestBytes: number;
}

/** 10,240 bytes for the request line and the values of the headers together. */
const MAX_HEAD_BYTES = 10_240;

/** Makes an API of its template. `now` gives ms since 1970. */
export const createHttpApi = (
  cloud: Cloud,
  resource: Resource<{ readonly CorsConfiguration?: CorsConfiguration }>,
  now: () => number,
): HttpApi => {
  const api: ApiIdentity = {
    accountId: cloud.accountId,
    apiId: resource.ref,
    region: cloud.region,
    domainName: `${resource.ref}.execute-api.${cloud.region}.amazonaws.com`,
  };
  const invoke = createInvoke(cloud);
  const authorizers = authorizersOf(cloud, { api, invoke, now });
  const match = createMatcher(routesOf(cloud, api.apiId, authorizers));
  const stages = stagesOf(cloud, api.apiId, now);
  const count = createCount(cloud.metrics, api.apiId, stages);
  const cors = resource.properties.CorsConfiguration;
  if (stages.length === 0) {
    cloud.log.warn(
      resource.service,
      `${resource.logicalId} has no AWS::ApiGatewayV2::Stage: nothing reaches it`,
    );
  }

  const serve = async (exchange: Exchange): Promise<HttpAnswer> => {
    const { request, requestId } = exchange;
    if (headBytes(request) > MAX_HEAD_BYTES) return message(431, 'Request Header Fields Too Large');
    const { path: encodedPath, query } = splitUrl(request.url);
    const rawPath = decode(encodedPath);
    if (rawPath === undefined) return message(400, 'Bad Request');
    const place = findStage(stages, rawPath);
    if (place === undefined) return message(404, 'Not Found');
    exchange.stage = place.stage.name;
    const found = match(request.method, place.path);
    if (found === undefined) {
      return cors !== undefined && isPreflight(request) ? preflightAnswer : message(404, 'Not Found');
    }
    exchange.route = found.route;
    if (!place.stage.throttle(found.route.key)()) return message(429, 'Too Many Requests');
    const call = toCall({ api, request, requestId, ...place, rawPath, query, match: found });
    const verdict = await found.route.authorize?.(call, found.route.scopes);
    if (verdict !== undefined && 'refusal' in verdict) return verdict.refusal;
    return integrate(exchange, found.route, call, verdict?.authorizer);
  };

  const integrate = async (
    exchange: Exchange,
    route: Route,
    call: Call,
    authorizer: Readonly<Record<string, unknown>> | undefined,
  ): Promise<HttpAnswer> => {
    const body = await exchange.request.body();
    exchange.requestBytes = body.length;
    const startedAt = performance.now();
    const invocation = await invoke({
      functionArn: route.functionArn,
      sourceArn: sourceArnOf(api, call),
      event: toEvent(call, body, authorizer),
      timeoutMs: route.timeoutMs,
      label: `${resource.service} ${route.key}`,
    }).finally(() => {
      exchange.integrationMs = performance.now() - startedAt;
    });
    return invocation === undefined ? message(500, 'Internal Server Error') : toAnswer(invocation);
  };

  const answer = async (request: HttpRequest): Promise<HttpAnswer> => {
    const startedAt = performance.now();
    const exchange: Exchange = { request, requestId: newRequestId(), requestBytes: 0 };
    const served = await serve(exchange).catch(toErrorAnswer);
    const { status, headers, body } = cors === undefined ? served : withCors(cors, request, served);
    count({ ...exchange, status, latencyMs: performance.now() - startedAt, answerBytes: body.length });
    return { status, headers: { ...headers, 'apigw-requestid': exchange.requestId }, body };
  };

  return { id: api.apiId, service: resource.service, domainName: api.domainName, answer };
};

const toErrorAnswer = (error: unknown): HttpAnswer => {
  if (error instanceof BodyTooLarge) return message(413, 'Request Entity Too Large');
  // The event has more than the 6 MB that a function takes.
  if (error instanceof AwsError && error.status === 413) return message(413, 'Request Entity Too Large');
  if (error instanceof Unavailable) return message(503, 'Service Unavailable');
  throw error;
};

/** The path as API Gateway sees it: decoded before anything else, so that `%2F` parts segments and `%3F` ends it. */
const decode = (path: string): string | undefined => {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path).split('?', 1)[0];
  } catch {
    return undefined;
  }
};

const headBytes = ({ method, url, headers }: HttpRequest): number => {
  let bytes = method.length + url.length + ' HTTP/1.1'.length + 1;
  for (const name in headers) bytes += headers[name]?.length ?? 0;
  return bytes;
};

const sourceArnOf = (
  { region, accountId, apiId }: ApiIdentity,
  { stage, method, routeKey }: Call,
): string => {
  const path =
    routeKey === '$default' ? '/$default' : `/${method}${routeKey.slice(routeKey.indexOf(' ') + 1)}`;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage.name}${path}`;
};
