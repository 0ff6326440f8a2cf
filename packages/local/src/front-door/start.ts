import { randomBytes } from 'node:crypto';
import type { Cloud, Running } from '../cloud.ts';
import { splitUrl } from '../http-api/event.ts';
import { type HttpAnswer, type HttpRequest, message } from '../http-api/http.ts';
import { startHttpApis } from '../http-api/start.ts';
import { createWays } from './behaviours.ts';
import { createLocalPages } from './local-pages.ts';
import { serve } from './server.ts';

/** One port that plays CloudFront's part: it takes a request to the API that the edge's template names for its path. */
export const start = async (
  cloud: Cloud,
  { port, absent = new Set() }: { readonly port: number; readonly absent?: ReadonlySet<string> },
): Promise<Running & { readonly url: string }> => {
  const wayTo = createWays(cloud, startHttpApis(cloud), absent);
  const via = `1.1 ${cloud.ofType('AWS::CloudFront::Distribution')[0]?.ref.toLowerCase() ?? 'local'}.cloudfront.net (CloudFront)`;
  let localPage: ReturnType<typeof createLocalPages> = () => undefined;

  const answer = async (request: HttpRequest): Promise<HttpAnswer> => {
    const { path } = splitUrl(request.url);
    const own = localPage(path, request);
    if (own !== undefined) return own;
    const way = wayTo(path);
    if (way === undefined) return message(404, 'Not Found');
    if (!way.allowedMethods.has(request.method)) return message(403, 'Forbidden');
    const id = randomBytes(24).toString('base64url');
    const answered = await way.api.answer(toOrigin(request, via, id));
    return { ...answered, headers: { ...answered.headers, via, 'x-amz-cf-id': id } };
  };

  const server = await serve(port, answer, cloud.log);
  const url = `http://127.0.0.1:${server.port}`;
  localPage = createLocalPages(cloud, url);
  return { url, stop: server.stop };
};

/** What CloudFront adds on the way to an origin. */
const toOrigin = (request: HttpRequest, via: string, id: string): HttpRequest => {
  const { headers, sourceIp } = request;
  return {
    ...request,
    headers: {
      ...headers,
      via: headers.via === undefined ? via : `${headers.via}, ${via}`,
      'x-amz-cf-id': id,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
    },
  };
};
