import type { Api, Cloud, Running } from '../cloud.ts';
import type { HttpApi } from '../http-api/api.ts';
import { type HttpAnswer, type HttpRequest, message, splitUrl } from '../http-api/http.ts';
import { startHttpApis } from '../http-api/start.ts';
import { createApi } from './api.ts';
import type { DistributionConfig } from './distribution-config.ts';
import { createEdge } from './edge.ts';
import { createLocalPages } from './local-pages.ts';
import { serve } from './server.ts';

/** One port that plays CloudFront's part, as the edge's template has it; a request that names an API by its host goes there directly. */
export const start = async (
  cloud: Cloud,
  { port, absent = new Set() }: { readonly port: number; readonly absent?: ReadonlySet<string> },
): Promise<Running & { readonly url: string; readonly api: Api }> => {
  const apis = [...startHttpApis(cloud), ...[...absent].map(leftOut)];
  const apisByHost = new Map(apis.map((api) => [api.domainName, api]));
  const [resource] = cloud.ofType<{ DistributionConfig: DistributionConfig }>(
    'AWS::CloudFront::Distribution',
  );
  const edge = resource && (await createEdge(cloud, resource, { apis, now: Date.now }));
  let localPage: ReturnType<typeof createLocalPages> = () => undefined;

  const answer = async (request: HttpRequest): Promise<HttpAnswer> => {
    const api = apisByHost.get(request.headers.host ?? '');
    if (api !== undefined) return api.answer(request);
    const own = localPage(splitUrl(request.url).path, request);
    if (own !== undefined) return own;
    return edge === undefined ? message(404, 'Not Found') : edge.answer(request);
  };

  const server = await serve(port, answer, cloud.log);
  const url = `http://127.0.0.1:${server.port}`;
  const hasRoot = Boolean(resource?.properties.DistributionConfig.DefaultRootObject);
  localPage = createLocalPages(cloud, url, { hasRoot });
  return { url, api: createApi(edge), stop: server.stop };
};

/** Stands in for the API of a context that does not run. */
const leftOut = (service: string): HttpApi => ({
  id: service,
  service,
  domainName: `${service}.left-out`,
  answer: async () => message(503, `${service} does not run: it was left out by --only`),
});
