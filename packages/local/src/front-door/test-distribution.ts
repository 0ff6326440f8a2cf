import type { Cloud, Resource } from '../cloud.ts';
import type { HttpApi } from '../http-api/api.ts';
import type { HttpAnswer, HttpRequest, RequestHeaders } from '../http-api/http.ts';
import { recordingLog } from '../test-cloud.ts';
import { withSecrets } from './custom-headers.ts';
import { createDistribution } from './distribution.ts';
import type { BehaviourConfig, DistributionConfig } from './distribution-config.ts';

export const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
export const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
export const ALL_VIEWER = '216adef6-5c7f-47e4-b989-5492eafa07d3';
export const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

interface TestDistribution {
  /** What the API answers. */
  readonly answer?: (request: HttpRequest) => Partial<HttpAnswer> | Promise<Partial<HttpAnswer>>;
  readonly config?: Partial<DistributionConfig>;
  readonly behaviour?: { readonly [K in keyof BehaviourConfig]?: BehaviourConfig[K] | undefined };
  /** Type → id → properties, of policies. */
  readonly policies?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly call?: (...input: Parameters<Cloud['call']>) => unknown;
}

/** A distribution before one API, whose answers are the test's; `clock.ms` is the time. */
export const createTestDistribution = async ({
  answer = () => ({}),
  config,
  behaviour,
  policies = {},
  call = () => undefined,
}: TestDistribution = {}) => {
  const log = recordingLog();
  const received: HttpRequest[] = [];
  const clock = { ms: 1_000_000 };
  const api: HttpApi = {
    id: 'api1',
    service: 'shop',
    domainName: 'api1.execute-api.us-east-1.amazonaws.com',
    answer: async (request) => {
      received.push(request);
      return { status: 200, headers: {}, body: '', ...(await answer(request)) };
    },
  };
  const cloud = {
    log,
    ofType: (type: string) =>
      Object.entries(policies[type] ?? {}).map(([ref, properties]) => ({ ref, type, properties })),
    call: async (...input: Parameters<Cloud['call']>) => call(...input),
  } as unknown as Cloud;
  const resource = {
    service: 'edge',
    ref: 'EDFDVBD6EXAMPLE',
    arn: 'arn:aws:cloudfront::000000000000:distribution/EDFDVBD6EXAMPLE',
    properties: {
      DistributionConfig: {
        Origins: [{ Id: 'shop', DomainName: 'shop.example.invalid' }],
        DefaultCacheBehavior: {
          TargetOriginId: 'shop',
          CachePolicyId: CACHING_DISABLED,
          OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
          ...behaviour,
        },
        ...config,
      },
    },
  } as unknown as Resource<{ DistributionConfig: DistributionConfig }>;
  const { DistributionConfig } = resource.properties;
  const deployed = await withSecrets(cloud, DistributionConfig, resource.service);
  const distribution = createDistribution(cloud, resource, deployed, { apis: [api], now: () => clock.ms });
  const send = (
    url: string,
    { method = 'GET', headers = {} }: { method?: string; headers?: RequestHeaders } = {},
  ) =>
    distribution({
      method,
      url,
      headers: { host: '127.0.0.1:3000', ...headers },
      sourceIp: '192.0.2.1',
      body: async () => Buffer.alloc(0),
    });
  return { send, received, clock, log };
};
