import { randomBytes } from 'node:crypto';
import type { Cloud, Resource } from '../cloud.ts';
import type { HttpApi } from '../http-api/api.ts';
import { type HttpAnswer, type HttpRequest, splitUrl } from '../http-api/http.ts';
import { type Behaviour, createBehaviours } from './behaviours.ts';
import { type Cache, createCache } from './cache.ts';
import { cacheKeyOf } from './cache-key.ts';
import type { CustomErrorResponse, DistributionConfig } from './distribution-config.ts';
import { compress, normalizeEncodings } from './encodings.ts';
import { errorPage, methodNotAllowed } from './error-answers.ts';
import { createOrigins } from './origins.ts';

interface Passage {
  readonly via: string;
  readonly id: string;
}

export interface DistributionOptions {
  readonly apis: readonly HttpApi[];
  readonly now: () => number;
  readonly cache?: Cache;
}

/** 8,192 bytes: CloudFront takes no longer URL. */
const MAX_URL_BYTES = 8_192;

/** Answers requests as a CloudFront distribution of this configuration. `now` gives ms since 1970. */
export const createDistribution = (
  cloud: Cloud,
  { service, ref, arn }: Pick<Resource, 'service' | 'ref' | 'arn'>,
  config: DistributionConfig,
  { apis, now, cache = createCache(now) }: DistributionOptions,
): ((request: HttpRequest) => Promise<HttpAnswer>) => {
  const origins = createOrigins(cloud, config.Origins, { apis, distributionArn: arn, place: service });
  const behaviourOf = createBehaviours(cloud, config, origins, { place: service, now });
  const customErrors = new Map(config.CustomErrorResponses?.map((error) => [error.ErrorCode, error]));
  const via = `1.1 ${ref.toLowerCase()}.cloudfront.net (CloudFront)`;

  /** What the viewer is shown of the origin's answer. */
  const present = async (
    answer: HttpAnswer,
    request: HttpRequest,
    behaviour: Behaviour,
    passage: Passage,
  ): Promise<HttpAnswer> => {
    const custom = customErrors.get(answer.status);
    const shown =
      custom?.ResponsePagePath === undefined ? answer : await errorPageOf(custom, answer, passage);
    if (!behaviour.compresses) return shown;
    return compress(shown, normalizeEncodings(request.headers['accept-encoding'], behaviour.cachePolicy));
  };

  /** The page that the distribution shows instead of an error; where that can't be had, the error itself. */
  const errorPageOf = async (
    { ResponsePagePath: url = '/', ResponseCode }: CustomErrorResponse,
    error: HttpAnswer,
    passage: Passage,
  ): Promise<HttpAnswer> => {
    const behaviour = behaviourOf(url);
    const request = {
      method: 'GET',
      url,
      headers: {},
      sourceIp: '127.0.0.1',
      body: async () => Buffer.alloc(0),
    };
    const page = await behaviour.origin.answer(behaviour.toOriginRequest(request, passage));
    return page.status === 200 ? { ...page, status: ResponseCode ?? error.status } : error;
  };

  const respond = async (
    request: HttpRequest,
    behaviour: Behaviour,
    passage: Passage,
  ): Promise<HttpAnswer> => {
    const { keepsAnswers, keepsErrors, ttlOf } = behaviour.freshness;
    const key = keepsAnswers || keepsErrors ? cacheKeyOf(request, behaviour.cachePolicy) : undefined;
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) {
      const headers = { ...known.answer.headers, age: String(known.age) };
      return toConditional(request, marked({ ...known.answer, headers }, 'Hit from cloudfront'));
    }
    const answer = await behaviour.origin.answer(behaviour.toOriginRequest(request, passage));
    const shown = await present(answer, request, behaviour, passage);
    // An error is kept as one, whatever is shown instead.
    const ttl = key !== undefined && request.method === 'GET' ? ttlOf(answer) : 0;
    if (key !== undefined && ttl > 0) cache.put(key, shown, ttl);
    return marked(shown, 'Miss from cloudfront');
  };

  const pass = async (request: HttpRequest, passage: Passage): Promise<HttpAnswer> => {
    if (request.url.length > MAX_URL_BYTES) return errorPage(413, 'Bad request.');
    if (!request.url.startsWith('/')) return errorPage(400, 'Bad request.');
    const { path } = splitUrl(request.url);
    if (path === '/' && config.DefaultRootObject) {
      return pass({ ...request, url: `/${config.DefaultRootObject}${request.url.slice(1)}` }, passage);
    }
    const behaviour = behaviourOf(path);
    if (!behaviour.allowedMethods.has(request.method)) return methodNotAllowed(behaviour.allowedMethods);
    const answer = await respond(request, behaviour, passage);
    return { ...answer, headers: behaviour.responseHeaders(answer.headers, request) };
  };

  return async (request) => {
    const id = `${randomBytes(40).toString('base64url')}==`;
    const { status, headers, body } = await pass(request, { via, id });
    const xCache = status >= 400 ? 'Error from cloudfront' : (headers['x-cache'] ?? 'Miss from cloudfront');
    return { status, headers: { ...headers, 'x-cache': xCache, via, 'x-amz-cf-id': id }, body };
  };
};

const marked = (answer: HttpAnswer, xCache: string): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'x-cache': xCache },
});

/** A viewer that has the cached answer already gets only its headers. */
const toConditional = (request: HttpRequest, answer: HttpAnswer): HttpAnswer => {
  const { etag } = answer.headers;
  const known = request.headers['if-none-match'];
  if (known === undefined || typeof etag !== 'string' || answer.status !== 200) return answer;
  const weak = (tag: string) => tag.trim().replace(/^W\//, '');
  const isKnown = known.trim() === '*' || known.split(',').some((tag) => weak(tag) === weak(etag));
  return isKnown ? { ...answer, status: 304, body: '' } : answer;
};
