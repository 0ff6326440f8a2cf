import { AwsError, type Cloud, type Resource } from '../cloud.ts';
import { issuerKeys } from '../cognito/keys.ts';
import { toAnswer } from './answer.ts';
import { type Authorization, type Authorize, createAuthorizer, type JwtConfiguration } from './authorizer.ts';
import { type CorsConfiguration, corsHeaders, preflight } from './cors.ts';
import { type ApiIdentity, splitUrl, toEvent } from './event.ts';
import { BodyTooLarge, type HttpAnswer, type HttpRequest, message } from './http.ts';
import { createMatcher, type Match, type Route } from './routes.ts';

/** An HTTP API, ready to answer. */
export interface HttpApi {
  readonly id: string;
  /** The context that owns it. */
  readonly service: string;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** The event of a synchronous invocation may have 6 MB. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** API Gateway waits this long for an integration, and no longer. */
const MAX_TIMEOUT_MS = 30_000;

/** The HTTP APIs of all templates. */
export const startHttpApis = (cloud: Cloud): readonly HttpApi[] =>
  cloud
    .ofType<{ CorsConfiguration?: CorsConfiguration }>('AWS::ApiGatewayV2::Api')
    .map((resource) => startHttpApi(cloud, resource));

const startHttpApi = (
  cloud: Cloud,
  api: Resource<{ readonly CorsConfiguration?: CorsConfiguration }>,
): HttpApi => {
  const identity: ApiIdentity = {
    accountId: cloud.accountId,
    apiId: api.ref,
    domainName: `${api.ref}.execute-api.${cloud.region}.amazonaws.com`,
  };
  const match = createMatcher(routesOf(cloud, api.ref));
  const authorizers = authorizersOf(cloud, api.ref);
  const cors = api.properties.CorsConfiguration;

  const serve = async (request: HttpRequest): Promise<HttpAnswer> => {
    const found = find(match, request);
    if (found === 'malformed') return message(400, 'Bad Request');
    if (found === undefined) return message(404, 'Not Found');
    const authorization = await authorize(authorizers, found.route, request);
    if (authorization === 'unauthorized') {
      const answer = message(401, 'Unauthorized');
      return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer' } };
    }
    if (authorization === 'forbidden') return message(403, 'Forbidden');
    return integrate(cloud, identity, request, found, authorization);
  };

  return {
    id: api.ref,
    service: api.service,
    answer: async (request) => {
      if (cors === undefined) return serve(request);
      const early = preflight(cors, request);
      if (early !== undefined) return early;
      const answer = await serve(request);
      return { ...answer, headers: { ...answer.headers, ...corsHeaders(cors, request.headers.origin) } };
    },
  };
};

const find = (
  match: (method: string, path: string) => Match | undefined,
  { method, url }: HttpRequest,
): Match | 'malformed' | undefined => {
  try {
    return match(method, splitUrl(url).path);
  } catch (error) {
    if (error instanceof URIError) return 'malformed';
    throw error;
  }
};

const authorize = async (
  authorizers: ReadonlyMap<string, Authorize>,
  { authorizerId, scopes }: Route,
  { headers }: HttpRequest,
): Promise<Authorization | undefined | 'unauthorized' | 'forbidden'> => {
  if (authorizerId === undefined) return undefined;
  const check = authorizers.get(authorizerId);
  return check === undefined ? 'unauthorized' : check(headers.authorization, scopes);
};

const integrate = async (
  cloud: Cloud,
  identity: ApiIdentity,
  request: HttpRequest,
  match: Match,
  authorization: Authorization | undefined,
): Promise<HttpAnswer> => {
  const label = match.route.functionArn.split(':').at(-1) ?? '';
  try {
    const event = toEvent(identity, request, match, await request.body(), authorization);
    if (typeof event.body === 'string' && event.body.length > MAX_EVENT_BYTES) throw new BodyTooLarge();
    const invocation = await inTime(cloud.invoke(match.route.functionArn, event), match.route.timeoutMs);
    if (invocation === 'late') {
      cloud.log.warn(label, `${match.route.key} took longer than ${match.route.timeoutMs} ms: answered 503`);
      return message(503, 'Service Unavailable');
    }
    return toAnswer(invocation);
  } catch (error) {
    if (error instanceof BodyTooLarge) return message(413, 'Request Entity Too Large');
    if (error instanceof AwsError && error.status === 413) return message(413, 'Request Entity Too Large');
    if (error instanceof AwsError && error.code === 'TooManyRequestsException') {
      return message(503, 'Service Unavailable');
    }
    cloud.log.error(label, `${match.route.key}: ${(error as Error).message}`);
    return message(500, 'Internal Server Error');
  }
};

const inTime = async <T>(work: Promise<T>, ms: number): Promise<T | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const routesOf = (cloud: Cloud, apiId: string): Route[] => {
  const integrations = new Map(
    cloud
      .ofType<{ IntegrationUri: string; TimeoutInMillis?: number }>('AWS::ApiGatewayV2::Integration')
      .map(({ ref, properties }) => [ref, properties]),
  );
  return cloud
    .ofType<{
      ApiId: string;
      RouteKey: string;
      Target: string;
      AuthorizationType?: string;
      AuthorizerId?: string;
      AuthorizationScopes?: string[];
    }>('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.ApiId === apiId)
    .flatMap(({ properties: route, service }) => {
      const integration = integrations.get(route.Target.replace(/^integrations\//, ''));
      if (integration === undefined) {
        cloud.log.warn(service, `${route.RouteKey} has no integration; it answers 404`);
        return [];
      }
      return {
        key: route.RouteKey,
        functionArn: integration.IntegrationUri,
        timeoutMs: Math.min(integration.TimeoutInMillis ?? MAX_TIMEOUT_MS, MAX_TIMEOUT_MS),
        authorizerId: route.AuthorizationType === 'JWT' ? route.AuthorizerId : undefined,
        scopes: route.AuthorizationScopes ?? [],
      };
    });
};

const authorizersOf = (cloud: Cloud, apiId: string): Map<string, Authorize> =>
  new Map(
    cloud
      .ofType<{ ApiId: string; JwtConfiguration: JwtConfiguration }>('AWS::ApiGatewayV2::Authorizer')
      .filter(({ properties }) => properties.ApiId === apiId)
      .map(({ ref, properties }) => [
        ref,
        createAuthorizer(properties.JwtConfiguration, (issuer) => issuerKeys(cloud, issuer)),
      ]),
  );
