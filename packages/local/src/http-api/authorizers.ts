import type { JSONWebKeySet } from 'jose';
import type { Cloud, Resource } from '../cloud.ts';
import { issuerKeys } from '../cognito/keys.ts';
import { StartError } from '../start-error.ts';
import type { ApiIdentity } from './event.ts';
import { compileIdentitySource } from './identity-source.ts';
import type { InvokeFunction } from './integration.ts';
import { createJwtAuthorizer, type JwtConfiguration } from './jwt-authorizer.ts';
import { createLambdaAuthorizer, type LambdaAuthorizerProperties } from './lambda-authorizer.ts';
import type { Authorize } from './verdict.ts';

interface AuthorizerProperties extends LambdaAuthorizerProperties {
  readonly ApiId: string;
  readonly AuthorizerType: string;
  readonly IdentitySource?: readonly string[];
  readonly JwtConfiguration?: JwtConfiguration;
}

interface Surroundings {
  readonly api: ApiIdentity;
  readonly invoke: InvokeFunction;
  readonly now: () => number;
}

/** The authorizers of an API, by id. Throws a StartError for one that is not complete. */
export const authorizersOf = (cloud: Cloud, around: Surroundings): ReadonlyMap<string, Authorize> =>
  new Map(
    cloud
      .ofType<AuthorizerProperties>('AWS::ApiGatewayV2::Authorizer')
      .filter(({ properties }) => properties.ApiId === around.api.apiId)
      .map((resource) => [
        resource.ref,
        toAuthorizer(resource, around, (issuer) => issuerKeys(cloud, issuer)),
      ]),
  );

const toAuthorizer = (
  { ref, service, logicalId, properties }: Resource<AuthorizerProperties>,
  { api, invoke, now }: Surroundings,
  keysOf: (issuer: string) => JSONWebKeySet | undefined,
): Authorize => {
  const place = `${service}: authorizer ${logicalId}`;
  const sources = (properties.IdentitySource ?? []).map((source) => compileIdentitySource(source, place));
  if (properties.AuthorizerType === 'JWT') {
    const [source] = sources;
    if (properties.JwtConfiguration === undefined) throw new StartError(`${place} has no JwtConfiguration`);
    if (source === undefined) throw new StartError(`${place} has no IdentitySource`);
    return createJwtAuthorizer({ configuration: properties.JwtConfiguration, source, keysOf, now });
  }
  if (properties.AuthorizerType !== 'REQUEST') {
    throw new StartError(
      `${place} has AuthorizerType "${properties.AuthorizerType}": JWT or REQUEST is needed`,
    );
  }
  return createLambdaAuthorizer({ id: ref, place, properties, sources, api, invoke, now });
};
