import type { Cloud, Datum, Resource } from '../cloud.ts';
import { createAuthorize } from '../iam/authorize.ts';
import { recordingLog } from '../test-cloud.ts';
import { createHttpApi, type HttpApi } from './api.ts';
import type { CorsConfiguration } from './cors.ts';
import type { HttpAnswer, HttpRequest, RequestHeaders } from './http.ts';

// biome-ignore lint/suspicious/noExplicitAny: an event of any payload format
type Handler = (event: any) => unknown;

interface TestRoute {
  readonly handler: Handler;
  readonly timeoutMs?: number;
  /** Of {@link TestApi.authorizer}. */
  readonly isAuthorized?: boolean;
  readonly scopes?: readonly string[];
}

interface TestApi {
  readonly routes: Readonly<Record<string, TestRoute | Handler>>;
  readonly stages?: readonly Record<string, unknown>[];
  readonly cors?: CorsConfiguration;
  /** Properties of the one authorizer, and its function. */
  readonly authorizer?: Record<string, unknown> & { readonly handler?: Handler };
  /** What the functions may be invoked by; undefined where there is no permission. */
  readonly sourceArn?: string | undefined;
  /** What Lambda answers every invocation with. */
  readonly refusal?: Error;
  readonly integration?: Record<string, unknown>;
  readonly now?: () => number;
}

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** The API's execution ARN. */
export const EXECUTE_ARN = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api1`;

const functionArn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

/** An API whose functions are handlers of the test's own process. */
export const createTestApi = (test: TestApi) => {
  const { resources, handlers } = toResources(test);
  const log = recordingLog();
  const data: Datum[] = [];
  const invoked: { name: string; event: unknown }[] = [];
  const ofType = <P>(type: string) =>
    resources.filter((resource) => resource.type === type) as unknown as Resource<P>[];
  const authorize = createAuthorize({
    resources,
    ofType,
    stage: 'local',
    accountId: ACCOUNT,
    region: REGION,
    log,
  });
  const call: Cloud['call'] = async <Output>(caller: Parameters<Cloud['call']>[0], ...rest: unknown[]) => {
    const { FunctionName, Payload } = rest[2] as { FunctionName: string; Payload: unknown };
    authorize(caller, [{ action: 'lambda:InvokeFunction', resource: FunctionName }]);
    if (test.refusal !== undefined) throw test.refusal;
    const name = FunctionName.split(':').at(-1) ?? '';
    const event = JSON.parse(JSON.stringify(Payload));
    invoked.push({ name, event });
    return (await run(handlers.get(name), event)) as Output;
  };
  const cloud = {
    region: REGION,
    accountId: ACCOUNT,
    ofType,
    log,
    call,
    metrics: { put: (datum: Datum) => void data.push(datum) },
  } as unknown as Cloud;
  const [resource] = ofType<{ CorsConfiguration?: CorsConfiguration }>('AWS::ApiGatewayV2::Api');
  const api: HttpApi = createHttpApi(cloud, resource as Resource, test.now ?? Date.now);
  const send = (
    method: string,
    url: string,
    { headers = {}, body = '' }: { headers?: RequestHeaders; body?: string | Buffer } = {},
  ): Promise<HttpAnswer> => {
    const request: HttpRequest = {
      method,
      url,
      headers,
      sourceIp: '192.0.2.1',
      body: async () => Buffer.from(body),
    };
    return api.answer(request);
  };
  return { api, send, log, data, invoked };
};

/** What an API of {@link createTestApi} makes of an answer whose body is JSON. */
export const statusAndBody = ({ status, body }: HttpAnswer): [number, unknown] => [
  status,
  JSON.parse(String(body)),
];

const run = async (handler: Handler | undefined, event: unknown) => {
  try {
    return { StatusCode: 200, Payload: JSON.stringify(await handler?.(event)) ?? 'null' };
  } catch (error) {
    const { name, message } = error as Error;
    const Payload = JSON.stringify({ errorType: name, errorMessage: message });
    return { StatusCode: 200, FunctionError: 'Unhandled', Payload };
  }
};

const toResources = ({ routes, stages, cors, authorizer, integration, ...rest }: TestApi) => {
  const sourceArn = 'sourceArn' in rest ? rest.sourceArn : `${EXECUTE_ARN}/*`;
  const handlers = new Map<string, Handler>();
  const resources: Resource[] = [];
  const add = (type: string, ref: string, properties: object, arn = ref) =>
    resources.push({
      service: 'shop',
      logicalId: ref,
      type,
      properties: properties as Record<string, unknown>,
      ref,
      arn,
    });
  const addFunction = (name: string, handler: Handler) => {
    handlers.set(name, handler);
    add('AWS::Lambda::Function', name, {}, functionArn(name));
    if (sourceArn === undefined) return;
    add('AWS::Lambda::Permission', `${name}-permission`, {
      FunctionName: functionArn(name),
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: sourceArn,
    });
  };
  add('AWS::ApiGatewayV2::Api', 'api1', cors === undefined ? {} : { CorsConfiguration: cors });
  for (const stage of stages ?? [{ StageName: '$default' }]) {
    add('AWS::ApiGatewayV2::Stage', String(stage.StageName), { ApiId: 'api1', ...stage });
  }
  if (authorizer !== undefined) {
    const { handler, ...properties } = authorizer;
    add('AWS::ApiGatewayV2::Authorizer', 'auth1', {
      ApiId: 'api1',
      AuthorizerUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn('authorizer')}/invocations`,
      ...properties,
    });
    if (handler !== undefined) addFunction('authorizer', handler);
  }
  for (const [index, [RouteKey, given]] of Object.entries(Object.entries(routes))) {
    const route: TestRoute = typeof given === 'function' ? { handler: given } : given;
    const name = `function${index}`;
    addFunction(name, route.handler);
    add('AWS::ApiGatewayV2::Integration', `integration${index}`, {
      ApiId: 'api1',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn(name),
      PayloadFormatVersion: '2.0',
      ...(route.timeoutMs !== undefined && { TimeoutInMillis: route.timeoutMs }),
      ...integration,
    });
    add('AWS::ApiGatewayV2::Route', `route${index}`, {
      ApiId: 'api1',
      RouteKey,
      Target: `integrations/integration${index}`,
      ...(route.isAuthorized === true && {
        AuthorizationType: authorizer?.AuthorizerType === 'JWT' ? 'JWT' : 'CUSTOM',
        AuthorizerId: 'auth1',
      }),
      ...(route.scopes && { AuthorizationScopes: route.scopes }),
    });
  }
  return { resources, handlers };
};
