import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

// No edge stands before a unit test; what the handler makes of one is tested with the kit.
process.env.ORIGIN_VERIFICATION ??= 'off';

/** What matters of a request; the rest is made up. */
export interface HttpEventOptions {
  readonly method?: string;
  /** The public path, such as `/api/catalog/products/MUG`. */
  readonly rawPath?: string;
  /** Such as `GET /api/catalog/products/{sku}`; by default the method and the path. */
  readonly routeKey?: string;
  /** A text goes as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** In lower case, as an HTTP API gives them. `undefined` takes away one that is there by default. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Who is signed in. `groups` as the user pool has them. */
  readonly customer?: { readonly id: string; readonly groups?: readonly string[] };
  /** Further claims of the token, or others than these. */
  readonly claims?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly base64?: boolean;
}

const textOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));

/** The claims as an HTTP API passes them: all of them texts, a list in square brackets. */
const claimsOf = ({ customer, claims }: HttpEventOptions): Record<string, string> | undefined =>
  customer || claims
    ? {
        token_use: 'access',
        ...(customer && { sub: customer.id }),
        ...(customer?.groups && { 'cognito:groups': `[${customer.groups.join(' ')}]` }),
        ...claims,
      }
    : undefined;

/**
 * A request as an HTTP API hands it to a function (payload 2.0).
 *
 * @example
 * httpEvent({ method: 'PUT', path: { sku: 'MUG' }, body: { name: 'Mug' }, customer: { id, groups: ['admin'] } });
 */
export const httpEvent = (options: HttpEventOptions = {}): APIGatewayProxyEventV2WithJWTAuthorizer => {
  const {
    method = 'GET',
    rawPath = '/',
    routeKey = `${method} ${rawPath}`,
    body,
    path,
    query,
    headers,
    requestId = 'request-1',
    base64 = false,
  } = options;
  const claims = claimsOf(options);
  const given = { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
  const event: Partial<APIGatewayProxyEventV2WithJWTAuthorizer> = {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: given as Record<string, string>,
    ...(path && { pathParameters: { ...path } }),
    ...(query && { queryStringParameters: { ...query } }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'test.example.com',
      domainPrefix: 'test',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId,
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 1_767_225_600_000,
      // A public route's event has no authorizer at all.
      ...(claims && { authorizer: { principalId: '', integrationLatency: 0, jwt: { claims, scopes: [] } } }),
    } as APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'],
    ...(body !== undefined && { body: base64 ? Buffer.from(textOf(body)).toString('base64') : textOf(body) }),
    isBase64Encoded: base64,
  };
  return event as APIGatewayProxyEventV2WithJWTAuthorizer;
};
