import { posix } from 'node:path';
import type { Cloud } from '../cloud.ts';
import type { HttpRequest } from '../http-api/http.ts';
import { StartError } from '../start-error.ts';
import type { BehaviourConfig, DistributionConfig } from './distribution-config.ts';
import { createFreshness, type Freshness } from './freshness.ts';
import { createOriginRequest } from './origin-request.ts';
import type { Origin } from './origins.ts';
import { type CachePolicy, cachePolicyOf, originRequestPolicyOf } from './policies.ts';
import { createResponseHeaders, type ResponseHeaders } from './response-headers.ts';

/** What happens to the requests of one path pattern. */
export interface Behaviour {
  readonly allowedMethods: ReadonlySet<string>;
  readonly origin: Origin;
  toOriginRequest(request: HttpRequest, passage: { readonly via: string; readonly id: string }): HttpRequest;
  readonly cachePolicy: CachePolicy;
  readonly freshness: Freshness;
  readonly compresses: boolean;
  readonly responseHeaders: ResponseHeaders;
}

/** The behaviours of a distribution, by path; the first pattern that fits decides, the default one last. */
export const createBehaviours = (
  cloud: Cloud,
  config: DistributionConfig,
  origins: ReadonlyMap<string, Origin>,
  { place, now }: { readonly place: string; readonly now: () => number },
): ((path: string) => Behaviour) => {
  const make = (behaviour: BehaviourConfig) =>
    toBehaviour(cloud, config, behaviour, origins, {
      now,
      place: `${place}: behaviour ${behaviour.PathPattern ?? 'default'}`,
    });
  const behaviours = (config.CacheBehaviors ?? []).map((behaviour) => ({
    pattern: toPattern(behaviour.PathPattern ?? '*'),
    behaviour: make(behaviour),
  }));
  const fallback = make(config.DefaultCacheBehavior);
  return (path) => {
    const normal = /\/[./]/.test(path) ? posix.normalize(path) : path;
    return behaviours.find(({ pattern }) => pattern.test(normal))?.behaviour ?? fallback;
  };
};

const toBehaviour = (
  cloud: Cloud,
  { CustomErrorResponses = [] }: DistributionConfig,
  behaviour: BehaviourConfig,
  origins: ReadonlyMap<string, Origin>,
  { place, now }: { readonly place: string; readonly now: () => number },
): Behaviour => {
  const { AllowedMethods = ['GET', 'HEAD'], CachePolicyId, Compress, TargetOriginId } = behaviour;
  const origin = origins.get(TargetOriginId);
  if (origin === undefined)
    throw new StartError(`${place} leads to the origin "${TargetOriginId}", which is none`);
  if (behaviour.FunctionAssociations?.length || behaviour.LambdaFunctionAssociations?.length) {
    cloud.log.warn(place, "functions at the edge don't run here");
  }
  const cachePolicy = cachePolicyOf(cloud, CachePolicyId, place);
  const requestPolicy = originRequestPolicyOf(cloud, behaviour.OriginRequestPolicyId, place);
  const freshness = createFreshness(cachePolicy, CustomErrorResponses, now);
  return {
    allowedMethods: new Set(AllowedMethods),
    origin,
    toOriginRequest: createOriginRequest(origin, cachePolicy, requestPolicy),
    cachePolicy,
    freshness,
    // Where nothing is cached, CloudFront compresses nothing.
    compresses: Compress === true && freshness.keepsAnswers,
    responseHeaders: createResponseHeaders(cloud, behaviour.ResponseHeadersPolicyId, place),
  };
};

/** In CloudFront's patterns `*` stands for any characters, `?` for one; the leading slash may be left out. */
const toPattern = (pattern: string): RegExp => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${/^[/*]/.test(pattern) ? '' : '/'}${source}$`, 's');
};
