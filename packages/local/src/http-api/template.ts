import type { Cloud, Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { functionArnOf } from './integration.ts';
import type { Authorize } from './verdict.ts';

/** One route of an HTTP API. */
export interface Route {
  /** Such as `GET /orders/{orderId}`, or `$default`. */
  readonly key: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly authorize: Authorize | undefined;
  readonly scopes: readonly string[];
}

interface RouteProperties {
  readonly ApiId: string;
  readonly RouteKey: string;
  readonly Target?: string;
  readonly AuthorizationType?: string;
  readonly AuthorizerId?: string;
  readonly AuthorizationScopes?: readonly string[];
}

interface IntegrationProperties {
  readonly IntegrationType: string;
  readonly IntegrationUri: string;
  readonly PayloadFormatVersion?: string;
  readonly TimeoutInMillis?: number;
}

/** API Gateway waits this long for an integration, and no longer. */
const MAX_TIMEOUT_MS = 30_000;

/** The routes of an API, as its template has them. Throws a StartError for what does not run here. */
export const routesOf = (
  cloud: Cloud,
  apiId: string,
  authorizers: ReadonlyMap<string, Authorize>,
): Route[] => {
  const integrations = new Map(
    cloud
      .ofType<IntegrationProperties>('AWS::ApiGatewayV2::Integration')
      .map((integration) => [integration.ref, integration]),
  );
  return cloud
    .ofType<RouteProperties>('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.ApiId === apiId)
    .flatMap(({ properties: route, service }) => {
      const integration = integrations.get(route.Target?.replace(/^integrations\//, '') ?? '');
      if (integration === undefined) {
        cloud.log.warn(service, `${route.RouteKey} has no integration; it answers 404`);
        return [];
      }
      return {
        key: route.RouteKey,
        authorize: authorizerOf(route, authorizers, `${service}: ${route.RouteKey}`),
        scopes: route.AuthorizationScopes ?? [],
        ...targetOf(integration),
      };
    });
};

const targetOf = ({ service, logicalId, properties }: Resource<IntegrationProperties>) => {
  const place = `${service}: integration ${logicalId}`;
  const { IntegrationType, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } = properties;
  if (IntegrationType !== 'AWS_PROXY') {
    throw new StartError(`${place} has IntegrationType "${IntegrationType}": only AWS_PROXY runs here`);
  }
  if (PayloadFormatVersion !== '2.0') {
    throw new StartError(`${place} has PayloadFormatVersion "${PayloadFormatVersion}": only 2.0 runs here`);
  }
  return {
    functionArn: functionArnOf(IntegrationUri, place),
    timeoutMs: Math.min(TimeoutInMillis ?? MAX_TIMEOUT_MS, MAX_TIMEOUT_MS),
  };
};

const authorizerOf = (
  { AuthorizationType = 'NONE', AuthorizerId = '' }: RouteProperties,
  authorizers: ReadonlyMap<string, Authorize>,
  place: string,
): Authorize | undefined => {
  if (AuthorizationType === 'NONE') return undefined;
  if (AuthorizationType !== 'JWT' && AuthorizationType !== 'CUSTOM') {
    throw new StartError(
      `${place} has AuthorizationType "${AuthorizationType}": NONE, JWT or CUSTOM is needed`,
    );
  }
  const authorize = authorizers.get(AuthorizerId);
  if (authorize === undefined) throw new StartError(`${place} has no authorizer "${AuthorizerId}"`);
  return authorize;
};
