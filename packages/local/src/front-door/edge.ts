import { randomUUID } from 'node:crypto';
import type { Cloud, Resource } from '../cloud.ts';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { createCache } from './cache.ts';
import { withSecrets } from './custom-headers.ts';
import { createDistribution, type DistributionOptions } from './distribution.ts';
import type { DistributionConfig } from './distribution-config.ts';

/** What a distribution is at the moment. */
interface EdgeState {
  readonly config: DistributionConfig;
  /** Another one after each change. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** The distribution, which may be changed while requests flow. */
export interface Edge {
  readonly id: string;
  readonly arn: string;
  readonly state: EdgeState;
  /** Whether all of the edge's locations have the latest change. */
  isDeployed(): boolean;
  /** Throws a StartError for a configuration that leads nowhere. */
  update(config: DistributionConfig): void;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** CloudFront takes minutes to tell all its locations; here they are told soon, but still not all at once. */
const PROPAGATION_MS = 1_000;

const versionOf = (config: DistributionConfig, now: number): EdgeState => ({
  config,
  etag: `E${randomUUID().replaceAll('-', '').slice(0, 13).toUpperCase()}`,
  modifiedAt: new Date(now),
});

/** Deploys the distribution of a template. What was changed through its API is gone with the next start, as after a deployment. */
export const createEdge = async (
  cloud: Cloud,
  resource: Resource<{ readonly DistributionConfig: DistributionConfig }>,
  { apis, now }: Pick<DistributionOptions, 'apis' | 'now'>,
): Promise<Edge> => {
  const cache = createCache(now);
  const make = (config: DistributionConfig) =>
    createDistribution(cloud, resource, config, { apis, now, cache });
  const config = await withSecrets(cloud, resource.properties.DistributionConfig, resource.service);
  let state = versionOf(config, now());
  let latest = make(config);
  let before = latest;
  let deployedAt = 0;
  let requests = 0;
  const isDeployed = () => now() >= deployedAt;

  return {
    id: resource.ref,
    arn: resource.arn,
    get state() {
      return state;
    },
    isDeployed,
    update: (changed) => {
      const next = make(changed);
      before = latest;
      latest = next;
      deployedAt = now() + PROPAGATION_MS;
      state = versionOf(changed, now());
    },
    // Meanwhile some locations answer as before, and others know already.
    answer: (request) => (isDeployed() || requests++ % 2 === 0 ? latest : before)(request),
  };
};
