import type { Cloud } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { managedCachePolicies, managedOriginRequestPolicies } from './managed-policies.ts';
import type { CachePolicyConfig, OriginRequestPolicyConfig } from './policy-config.ts';
import { type Selection, toSelection } from './selection.ts';

/** What is in the cache's key, and how long an answer is kept, in seconds. */
export interface CachePolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly gzip: boolean;
  readonly brotli: boolean;
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly queries: Selection;
}

/** What else goes to the origin. */
export interface OriginRequestPolicy {
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly queries: Selection;
  /** Headers of CloudFront's own making, by lower-case name. */
  readonly cloudFrontHeaders: readonly string[];
}

/** CloudFront's own defaults: a day, and a year. */
const DEFAULT_TTL = 86_400;
const MAX_TTL = 31_536_000;

/** The cache policy of an id: one of the template's, or one that AWS manages. Throws a StartError for any other. */
export const cachePolicyOf = (
  cloud: Pick<Cloud, 'ofType'>,
  id: string | undefined,
  place: string,
): CachePolicy => {
  const config =
    cloud
      .ofType<{ CachePolicyConfig: CachePolicyConfig }>('AWS::CloudFront::CachePolicy')
      .find(({ ref }) => ref === id)?.properties.CachePolicyConfig ?? managedCachePolicies[id ?? ''];
  if (config === undefined)
    throw new StartError(`${place} has the CachePolicyId "${id}", which is unknown here`);
  const { MinTTL, ParametersInCacheKeyAndForwardedToOrigin: parameters } = config;
  const defaultTtl = config.DefaultTTL ?? Math.max(DEFAULT_TTL, MinTTL);
  return {
    ...selectionsOf(parameters),
    minTtl: MinTTL,
    defaultTtl,
    maxTtl: config.MaxTTL ?? Math.max(MAX_TTL, defaultTtl),
    gzip: parameters.EnableAcceptEncodingGzip === true,
    brotli: parameters.EnableAcceptEncodingBrotli === true,
  };
};

/** Like {@link cachePolicyOf}; a behaviour may be without one. */
export const originRequestPolicyOf = (
  cloud: Pick<Cloud, 'ofType'>,
  id: string | undefined,
  place: string,
): OriginRequestPolicy | undefined => {
  if (id === undefined) return undefined;
  const config =
    cloud
      .ofType<{ OriginRequestPolicyConfig: OriginRequestPolicyConfig }>(
        'AWS::CloudFront::OriginRequestPolicy',
      )
      .find(({ ref }) => ref === id)?.properties.OriginRequestPolicyConfig ??
    managedOriginRequestPolicies[id];
  if (config === undefined) {
    throw new StartError(`${place} has the OriginRequestPolicyId "${id}", which is unknown here`);
  }
  const { Headers = [] } = config.HeadersConfig;
  const isOwn = (name: string) => name.startsWith('cloudfront-');
  return {
    ...selectionsOf(config),
    cloudFrontHeaders: Headers.map((name) => name.toLowerCase()).filter(isOwn),
  };
};

const selectionsOf = ({ HeadersConfig, CookiesConfig, QueryStringsConfig }: OriginRequestPolicyConfig) => ({
  headers: toSelection(
    HeadersConfig.HeaderBehavior,
    HeadersConfig.Headers?.map((name) => name.toLowerCase()),
  ),
  cookies: toSelection(CookiesConfig.CookieBehavior, CookiesConfig.Cookies),
  queries: toSelection(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings),
});
