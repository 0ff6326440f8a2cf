import type { Cloud } from '../cloud.ts';
import { message } from '../http-api/http.ts';
import type { HttpApi } from '../http-api/start.ts';
import { StartError } from '../start-error.ts';

interface Behaviour {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: readonly string[];
}

interface Distribution {
  readonly DistributionConfig: {
    readonly Origins: readonly { readonly Id: string; readonly DomainName: string }[];
    readonly CacheBehaviors?: readonly Behaviour[];
    readonly DefaultCacheBehavior: Behaviour;
  };
}

/** Where a path leads. */
export interface Way {
  readonly api: HttpApi;
  readonly allowedMethods: ReadonlySet<string>;
}

/** The ways of the edge's CloudFront distribution, by path; the first pattern that fits decides. */
export const createWays = (
  cloud: Cloud,
  running: readonly HttpApi[],
  absent: ReadonlySet<string>,
): ((path: string) => Way | undefined) => {
  const apis = [...running, ...[...absent].map(leftOut)];
  const ways = cloud
    .ofType<Distribution>('AWS::CloudFront::Distribution')
    .flatMap(({ service, properties: { DistributionConfig: config } }) => {
      const origins = new Map(config.Origins.map(({ Id, DomainName }) => [Id, DomainName]));
      return [...(config.CacheBehaviors ?? []), { ...config.DefaultCacheBehavior, PathPattern: '*' }].map(
        ({ PathPattern = '*', TargetOriginId, AllowedMethods = ['GET', 'HEAD'] }) => ({
          pattern: toPattern(PathPattern),
          api: apiOf(apis, origins.get(TargetOriginId), `${service}: origin ${TargetOriginId}`),
          allowedMethods: new Set(AllowedMethods),
        }),
      );
    });
  return (path) => ways.find(({ pattern }) => pattern.test(path));
};

/** Stands in for the API of a context that does not run. */
const leftOut = (service: string): HttpApi => ({
  id: service,
  service,
  answer: async () => message(503, `${service} does not run: it was left out by --only`),
});

/** An origin's domain begins with the API's id; packaged without Compose, with the name of its context. */
const apiOf = (apis: readonly HttpApi[], domain: string | undefined, place: string): HttpApi => {
  const label = domain?.split('.')[0];
  const api = apis.find(({ id, service }) => id === label || service === label);
  if (api === undefined) throw new StartError(`${place} leads to ${domain}, which is none of the APIs`);
  return api;
};

/** In CloudFront's patterns `*` stands for any characters, `?` for one; the leading slash may be left out. */
const toPattern = (pattern: string): RegExp => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${/^[/*]/.test(pattern) ? '' : '/'}${source}$`);
};
