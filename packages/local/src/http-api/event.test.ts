import { expect, test } from '@jest/globals';
import { createTestApi } from './test-api.ts';

type Event = Record<string, unknown> & {
  headers: Record<string, string>;
  requestContext: Record<string, unknown>;
};

const echo = (event: Event) => event;

/** The event that a request to an API with one `$default` route makes. */
const eventOf = async (
  url: string,
  {
    method = 'GET',
    stages,
    ...request
  }: Parameters<ReturnType<typeof createTestApi>['send']>[2] & {
    method?: string;
    stages?: Record<string, unknown>[];
  } = {},
) => {
  const { send } = createTestApi({ routes: { $default: echo }, ...(stages && { stages }) });
  const { body, headers } = await send(method, url, request);
  return { event: JSON.parse(String(body)) as Event, headers };
};

test('a plain GET makes the event that API Gateway makes, and nothing more', async () => {
  const { event, headers } = await eventOf('/things', {
    headers: { host: 'viewer', 'user-agent': 'curl/8', accept: '*/*', connection: 'close', te: 'trailers' },
  });

  expect(event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/things',
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-length': '0',
      host: 'api1.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'curl/8',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api1',
      domainName: 'api1.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'api1',
      http: {
        method: 'GET',
        path: '/things',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'curl/8',
      },
      requestId: headers['apigw-requestid'],
      routeKey: '$default',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    isBase64Encoded: false,
  });
  expect(headers['apigw-requestid']).toMatch(/^[\w-]{15}=$/);
});

test('cookies are a list of their own and no header', async () => {
  const { event } = await eventOf('/', { headers: { cookie: 'a=1; b=2;c=3; ' } });

  expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
  expect(event.headers).not.toHaveProperty('cookie');
});

test.each([
  ['?a=1&a=2&b=', { a: '1,2', b: '' }],
  ['?a=1%2C2&%C3%A9=%26', { a: '1,2', é: '&' }],
  ['?sum=1+1&plus=1%2B1', { sum: '1 1', plus: '1+1' }],
  ['?flag', { flag: '' }],
  ['?__proto__=x&constructor=y', JSON.parse('{"__proto__":"x","constructor":"y"}')],
  ['?broken=%zz', { broken: '%zz' }],
  ['?', undefined],
])('the query %s is decoded, and handed over raw as well', async (query, parameters) => {
  const { event } = await eventOf(`/${query}`);

  expect(event.rawQueryString).toBe(query.slice(1));
  expect(JSON.stringify(event.queryStringParameters)).toBe(JSON.stringify(parameters));
});

test.each([
  ['/a%20b', '/a b'],
  ['/%F0%9F%9B%92', '/🛒'],
  ['/a%2Fb', '/a/b'],
  ['/100%25', '/100%'],
  ['/a+b', '/a+b'],
  ['/a%3Fb', '/a'],
  ['/a/../b//c', '/a/../b//c'],
])('the path %s arrives as %s', async (url, rawPath) => {
  const { event } = await eventOf(url);

  expect([event.rawPath, event.requestContext.http]).toMatchObject([rawPath, { path: rawPath }]);
});

test.each(['/%', '/%E0%A4%A', '/%ff'])('the path %s is a bad request', async (url) => {
  const { send } = createTestApi({ routes: { $default: echo } });

  expect(await send('GET', url)).toMatchObject({ status: 400, body: '{"message":"Bad Request"}' });
});

test.each([
  [undefined, false],
  ['text/html; charset=utf-8', false],
  ['application/json', false],
  ['application/problem+json', false],
  ['image/svg+xml', true],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/jsonish', true],
  ['application/x-www-form-urlencoded', true],
  ['multipart/form-data; boundary=x', true],
  ['application/octet-stream', true],
])('a body of type %s is base64: %s', async (type, isBase64Encoded) => {
  const bytes = Buffer.from('a=1&ä');
  const { event } = await eventOf('/', { method: 'POST', headers: { 'content-type': type }, body: bytes });

  expect(event.isBase64Encoded).toBe(isBase64Encoded);
  expect(event.body).toBe(bytes.toString(isBase64Encoded ? 'base64' : 'utf8'));
  expect(event.headers['content-length']).toBe('6');
});

test('a named stage is part of the path, and its variables are told', async () => {
  const stages = [{ StageName: 'dev', StageVariables: { table: 'things' } }];
  const { send } = createTestApi({ stages, routes: { 'GET /things/{id}': echo } });

  const event = JSON.parse(String((await send('GET', '/dev/things/1')).body)) as Event;
  expect(event).toMatchObject({
    rawPath: '/dev/things/1',
    pathParameters: { id: '1' },
    stageVariables: { table: 'things' },
    requestContext: { stage: 'dev', http: { path: '/dev/things/1' } },
  });
  expect((await send('GET', '/things/1')).status).toBe(404);
  expect((await send('GET', '/devious/things/1')).status).toBe(404);
});

test('the root of a named stage is a slash to its routes', async () => {
  const { send } = createTestApi({ stages: [{ StageName: 'dev' }], routes: { 'GET /': echo } });

  expect((await send('GET', '/dev')).status).toBe(200);
  expect((await send('GET', '/dev/')).status).toBe(200);
});

test('an API without a stage answers nothing, and says why', async () => {
  const { send, log } = createTestApi({ stages: [], routes: { $default: echo } });

  expect((await send('GET', '/')).status).toBe(404);
  expect(log.lines).toEqual(['warn shop api1 has no AWS::ApiGatewayV2::Stage: nothing reaches it']);
});

test('a trace that the client began goes on, and who forwarded is told in order', async () => {
  const root = 'Root=1-5e6722a7-0123456789abcdef01234567';
  const headers = {
    'x-amzn-trace-id': `${root};Sampled=1`,
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'http',
  };
  expect((await eventOf('/', { headers })).event.headers).toMatchObject({
    'x-amzn-trace-id': `${root};Sampled=1`,
    'x-forwarded-for': '10.0.0.1, 192.0.2.1',
    'x-forwarded-proto': 'https',
  });
  const lost = await eventOf('/', { headers: { 'x-amzn-trace-id': 'Sampled=1' } });
  expect(lost.event.headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f-]+;Sampled=1$/);
});
