import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { HttpAnswer } from '../http-api/http.ts';
import {
  ALL_VIEWER_EXCEPT_HOST,
  CACHING_DISABLED,
  CACHING_OPTIMIZED,
  createTestDistribution,
} from './test-distribution.ts';

interface Policy {
  readonly MinTTL?: number;
  readonly DefaultTTL?: number;
  readonly MaxTTL?: number;
  readonly parameters?: Record<string, unknown>;
}

/** A distribution with a cache policy of its own; every answer tells how many there were. */
const cached = async (
  { parameters, ...ttl }: Policy,
  headers: HttpAnswer['headers'] = {},
  {
    status = 200,
    body = '',
    ...rest
  }: Partial<HttpAnswer> & Parameters<typeof createTestDistribution>[0] = {},
) => {
  let times = 0;
  const distribution = await createTestDistribution({
    ...rest,
    answer: () => ({ status, headers, body: body || `answer ${++times}` }),
    behaviour: {
      CachePolicyId: 'mine',
      OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
      Compress: true,
      ...rest.behaviour,
    },
    policies: {
      'AWS::CloudFront::CachePolicy': {
        mine: {
          CachePolicyConfig: {
            MinTTL: 0,
            ...ttl,
            ParametersInCacheKeyAndForwardedToOrigin: {
              EnableAcceptEncodingGzip: true,
              EnableAcceptEncodingBrotli: true,
              HeadersConfig: { HeaderBehavior: 'none' },
              CookiesConfig: { CookieBehavior: 'none' },
              QueryStringsConfig: { QueryStringBehavior: 'all' },
              ...parameters,
            },
          },
        },
      },
    },
  });
  /** How long, in seconds, the first answer is given again; up to 100,000. */
  const keptFor = async (url = '/') => {
    const start = distribution.clock.ms;
    await distribution.send(url);
    let kept = 0;
    for (const seconds of [1, 5, 10, 30, 60, 100, 1000, 86_400, 100_000]) {
      distribution.clock.ms = start + seconds * 1000 - 1;
      if ((await distribution.send(url)).headers['x-cache'] !== 'Hit from cloudfront') break;
      kept = seconds;
    }
    return kept;
  };
  return { ...distribution, keptFor };
};

test('an answer is given again while it is fresh, and tells its age', async () => {
  const { send, clock, received } = await cached({ MaxTTL: 60 }, { 'cache-control': 'max-age=30' });

  expect(await send('/')).toMatchObject({ body: 'answer 1', headers: { 'x-cache': 'Miss from cloudfront' } });
  clock.ms += 29_999;
  const hit = await send('/', { headers: { authorization: 'x', cookie: 'a=1' } });
  expect(hit).toMatchObject({ body: 'answer 1', headers: { 'x-cache': 'Hit from cloudfront', age: '29' } });
  expect(await send('/', { method: 'HEAD' })).toMatchObject({
    headers: { 'x-cache': 'Hit from cloudfront' },
  });
  clock.ms += 1;
  expect(await send('/')).toMatchObject({ body: 'answer 2', headers: { 'x-cache': 'Miss from cloudfront' } });
  expect(received).toHaveLength(2);
});

test('the answer to a HEAD is not kept, as it may have no body', async () => {
  const { send, received } = await cached({ DefaultTTL: 60 });
  await send('/', { method: 'HEAD' });

  expect((await send('/')).body).toBe('answer 2');
  expect(received).toHaveLength(2);
});

test.each<[Policy, string | undefined, number]>([
  [{ DefaultTTL: 0, MaxTTL: 60 }, undefined, 0],
  [{ DefaultTTL: 0, MaxTTL: 60 }, 'max-age=10', 10],
  [{ DefaultTTL: 0, MaxTTL: 60 }, 'max-age=1000', 60],
  [{ DefaultTTL: 0, MaxTTL: 60 }, 'max-age=5, s-maxage=30', 30],
  [{ DefaultTTL: 0, MaxTTL: 60 }, 'public, s-maxage="10"', 10],
  [{ DefaultTTL: 10, MaxTTL: 60 }, 'public', 10],
  [{ DefaultTTL: 10, MaxTTL: 60 }, 'no-store', 0],
  [{ DefaultTTL: 10, MaxTTL: 60 }, 'private, max-age=30', 0],
  [{ DefaultTTL: 10, MaxTTL: 60 }, 'No-Cache', 0],
  [{ DefaultTTL: 10, MaxTTL: 60 }, 'x-private-max-age=30', 10],
  [{ MinTTL: 30, DefaultTTL: 30, MaxTTL: 60 }, 'no-store', 30],
  [{ MinTTL: 30, DefaultTTL: 30, MaxTTL: 60 }, 'max-age=1', 30],
  [{}, undefined, 86_400],
  [{ MaxTTL: 0, DefaultTTL: 0 }, 'max-age=10', 0],
])('under %j and Cache-Control %p an answer is kept for %d s', async (policy, control, seconds) => {
  const headers: Record<string, string> = control === undefined ? {} : { 'cache-control': control };
  const { keptFor } = await cached(policy, headers);

  expect(await keptFor()).toBe(seconds);
});

test('Expires counts where Cache-Control says nothing', async () => {
  const expires = new Date(1_000_000 + 30_000).toUTCString();
  const kept = await cached({ DefaultTTL: 0, MaxTTL: 60 }, { expires });
  expect(await kept.keptFor()).toBe(30);
  const gone = await cached({ DefaultTTL: 10, MaxTTL: 60 }, { expires: 'Thu, 01 Jan 1970 00:00:00 GMT' });
  expect(await gone.keptFor()).toBe(0);
});

test.each([
  [200, 10],
  [204, 10],
  [301, 10],
  [304, 0],
  [307, 10],
  [206, 0],
])('a %d is kept for %d s', async (status, seconds) => {
  const { keptFor } = await cached({ MaxTTL: 60 }, { 'cache-control': 'max-age=10' }, { status });

  expect(await keptFor()).toBe(seconds);
});

test('only what is in the key parts answers', async () => {
  const { send } = await cached(
    {
      DefaultTTL: 60,
      parameters: {
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Tenant'] },
        CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['lang'] },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['page'] },
      },
    },
    {},
  );
  const bodyOf = async (url: string, headers = {}) => (await send(url, { headers })).body;

  expect(await bodyOf('/?page=1')).toBe('answer 1');
  expect(await bodyOf('/?utm=x&page=1', { cookie: 'id=7', 'x-other': 'y' })).toBe('answer 1');
  expect(await bodyOf('/?page=2')).toBe('answer 2');
  expect(await bodyOf('/?page=1', { 'x-tenant': 'a' })).toBe('answer 3');
  expect(await bodyOf('/?page=1', { 'x-tenant': 'b' })).toBe('answer 4');
  expect(await bodyOf('/?page=1', { cookie: 'lang=de; id=7' })).toBe('answer 5');
  expect(await bodyOf('/?page=1', { 'accept-encoding': 'gzip, zstd' })).toBe('answer 6');
  expect(await bodyOf('/?page=1', { 'accept-encoding': 'deflate,gzip;q=0.1' })).toBe('answer 6');
  expect(await bodyOf('/other?page=1')).toBe('answer 7');
});

test.each([
  ['POST', {}],
  ['OPTIONS', {}],
  ['GET', { range: 'bytes=0-1' }],
])('the answer to a %s with %j is neither kept nor taken from the cache', async (method, headers) => {
  const AllowedMethods = ['GET', 'HEAD', 'OPTIONS', 'POST'];
  const { send, received } = await cached({ DefaultTTL: 60 }, {}, { behaviour: { AllowedMethods } });

  await send('/', { method, headers });
  await send('/');
  await send('/', { method, headers });
  expect(received).toHaveLength(3);
});

test('nothing is cached under Managed-CachingDisabled, all under Managed-CachingOptimized', async () => {
  const disabled = await cached(
    {},
    { 'cache-control': 'max-age=60' },
    { behaviour: { CachePolicyId: CACHING_DISABLED } },
  );
  expect(await disabled.keptFor()).toBe(0);
  const optimized = await cached({}, {}, { behaviour: { CachePolicyId: CACHING_OPTIMIZED } });
  expect(await optimized.keptFor()).toBe(86_400);
});

test.each<[number, HttpAnswer['headers'], object[], number]>([
  [404, {}, [], 10],
  [404, {}, [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }], 0],
  [404, { 'cache-control': 'max-age=30' }, [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }], 30],
  [404, { 'cache-control': 'no-store' }, [], 10],
  [404, { 'cache-control': 'no-store, max-age=30' }, [], 10],
  [500, {}, [{ ErrorCode: 500, ErrorCachingMinTTL: 60 }], 60],
  [503, {}, [{ ErrorCode: 500, ErrorCachingMinTTL: 0 }], 10],
  [403, {}, [], 0],
  [403, {}, [{ ErrorCode: 403, ErrorCachingMinTTL: 5 }], 5],
  [400, { 'cache-control': 'max-age=5' }, [], 5],
  [401, { 'cache-control': 'max-age=5' }, [], 0],
  [429, {}, [], 0],
])('a %d with %j is kept under %j for %d s', async (status, headers, CustomErrorResponses, seconds) => {
  const { send, clock, received } = await cached({ MaxTTL: 60 }, headers, {
    status,
    config: { CustomErrorResponses } as never,
  });

  await send('/');
  clock.ms += Math.max(0, seconds * 1000 - 1);
  expect(await send('/')).toMatchObject({ status, headers: { 'x-cache': 'Error from cloudfront' } });
  expect(received).toHaveLength(seconds === 0 ? 2 : 1);
  clock.ms += 1;
  await send('/');
  expect(received).toHaveLength(seconds === 0 ? 3 : 2);
});

test('errors are kept even where nothing else is, unless the distribution says otherwise', async () => {
  const behaviour = { CachePolicyId: CACHING_DISABLED };
  const kept = await cached({}, {}, { status: 404, behaviour });
  await kept.send('/a?customer=1');
  await kept.send('/a?customer=2');
  expect(kept.received).toHaveLength(1);

  const CustomErrorResponses = [404, 414, 500, 501, 502, 503, 504].map((ErrorCode) => ({
    ErrorCode,
    ErrorCachingMinTTL: 0,
  }));
  const passed = await cached({}, {}, { status: 404, behaviour, config: { CustomErrorResponses } });
  await passed.send('/a?customer=1');
  await passed.send('/a?customer=2');
  expect(passed.received).toHaveLength(2);
});

test('a distribution may show a page of its own instead of an error', async () => {
  const answers: Record<string, Partial<HttpAnswer>> = {
    '/missing': { status: 404, body: 'raw' },
    '/broken': { status: 500, body: 'raw' },
    '/errors/404.html': { status: 200, headers: { 'content-type': 'text/html' }, body: 'page' },
    '/errors/500.html': { status: 403, body: 'no page' },
  };
  const { send } = await createTestDistribution({
    answer: ({ url }) => answers[url] ?? {},
    config: {
      CustomErrorResponses: [
        { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/errors/404.html' },
        { ErrorCode: 500, ResponseCode: 503, ResponsePagePath: '/errors/500.html' },
      ],
    },
  });

  expect(await send('/missing')).toMatchObject({ status: 200, body: 'page' });
  expect(await send('/broken')).toMatchObject({ status: 500, body: 'raw' });
});

test('the page that stands for an error is kept as long as the error', async () => {
  let times = 0;
  const { send, clock } = await createTestDistribution({
    answer: ({ url }) => (url === '/404.html' ? { body: `page ${++times}` } : { status: 404 }),
    behaviour: { CachePolicyId: CACHING_OPTIMIZED },
    config: {
      CustomErrorResponses: [
        { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/404.html', ErrorCachingMinTTL: 5 },
      ],
    },
  });

  expect(await send('/x')).toMatchObject({ status: 200, body: 'page 1' });
  clock.ms += 4999;
  expect(await send('/x')).toMatchObject({ status: 200, body: 'page 1' });
  clock.ms += 1;
  expect(await send('/x')).toMatchObject({ status: 200, body: 'page 2' });
});

test('a viewer that has the answer gets no body again', async () => {
  const { send } = await cached({ DefaultTTL: 60 }, { etag: '"v1"' });
  await send('/');

  const conditional = (tag: string) => send('/', { headers: { 'if-none-match': tag } });
  expect(await conditional('"v0", W/"v1"')).toMatchObject({
    status: 304,
    body: '',
    headers: { etag: '"v1"' },
  });
  expect(await conditional('*')).toMatchObject({ status: 304 });
  expect(await conditional('"v2"')).toMatchObject({ status: 200, body: 'answer 1' });
});

const text = 'words '.repeat(200);
const json = { 'content-type': 'application/json; charset=utf-8' };

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['deflate', undefined],
  ['gzip;q=0', undefined],
  ['', undefined],
])('a viewer that accepts %p gets %p', async (acceptEncoding, encoding) => {
  const { send } = await cached({ MaxTTL: 60 }, { ...json, etag: '"v1"', vary: 'Origin' }, { body: text });
  const { headers, body } = await send('/', { headers: { 'accept-encoding': acceptEncoding } });

  expect(headers['content-encoding']).toBe(encoding);
  if (encoding === undefined) {
    expect({ headers, body }).toMatchObject({ body: text, headers: { etag: '"v1"', vary: 'Origin' } });
    return;
  }
  const unpack = encoding === 'br' ? brotliDecompressSync : gunzipSync;
  expect(unpack(body).toString()).toBe(text);
  expect(headers).toMatchObject({ etag: 'W/"v1"', vary: 'Origin, Accept-Encoding' });
});

test.each<[string, Partial<HttpAnswer>]>([
  ['999 bytes', { headers: json, body: 'x'.repeat(999) }],
  ['a type that CloudFront leaves alone', { headers: { 'content-type': 'image/png' }, body: text }],
  ['no type', { headers: {}, body: text }],
  ['an encoding already', { headers: { ...json, 'content-encoding': 'identity' }, body: text }],
  ['a status of 201', { status: 201, headers: json, body: text }],
])('an answer of %s is not compressed', async (_, answer) => {
  const { send } = await cached({ MaxTTL: 60 }, answer.headers, answer);
  const { headers, body } = await send('/', { headers: { 'accept-encoding': 'gzip' } });

  expect([body, headers['content-encoding']]).toEqual([answer.body, answer.headers?.['content-encoding']]);
});

test.each([
  ['Compress is off', {}, { Compress: false }],
  ['the policy does not allow it', { parameters: { EnableAcceptEncodingGzip: false } }, {}],
  ['caching is off', {}, { CachePolicyId: CACHING_DISABLED }],
])('nothing is compressed where %s', async (_, policy, behaviour) => {
  const { send } = await cached({ MaxTTL: 60, ...policy }, json, { body: text, behaviour });

  expect((await send('/', { headers: { 'accept-encoding': 'gzip' } })).body).toBe(text);
});
