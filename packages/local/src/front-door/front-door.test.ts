import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startTestShop } from './test-shop.ts';

let shop: Awaited<ReturnType<typeof startTestShop>>;

beforeAll(async () => {
  shop = await startTestShop();
});
afterAll(() => shop.stop());

const get = (path: string, init?: RequestInit) => fetch(shop.url + path, init);

/** What the echoing function was given. */
const eventOf = async (response: Response) => (await response.json()) as APIGatewayProxyEventV2;

test('a request reaches the API of its path, with the event of payload format 2.0', async () => {
  const response = await get('/api/shop/echo?a=1&a=2&b=%C3%A9+x', {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: 'one=1; two=2', 'x-forwarded-for': '10.0.0.1' },
    body: '{"text":"ä"}',
  });

  expect(response.status).toBe(200);
  expect(response.headers.get('via')).toMatch(/cloudfront\.net/);
  const event = await eventOf(response);
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /api/shop/echo',
    rawPath: '/api/shop/echo',
    rawQueryString: 'a=1&a=2&b=%C3%A9+x',
    queryStringParameters: { a: '1,2', b: 'é x' },
    cookies: ['one=1', 'two=2'],
    body: '{"text":"ä"}',
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      http: { method: 'POST', path: '/api/shop/echo', protocol: 'HTTP/1.1' },
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(event.headers).toMatchObject({
    'x-amz-cf-id': response.headers.get('x-amz-cf-id'),
    'x-forwarded-for': expect.stringMatching(/^10\.0\.0\.1, /),
    host: event.requestContext.domainName,
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test.each([
  ['application/x-www-form-urlencoded', true],
  ['image/png', true],
  ['application/vnd.shop+json; charset=utf-8', false],
  ['text/plain', false],
])('a body of type %s is base64: %s', async (type, isBase64Encoded) => {
  const response = await get('/api/shop/echo', {
    method: 'POST',
    headers: { 'content-type': type },
    body: 'a=1',
  });

  const body = isBase64Encoded ? btoa('a=1') : 'a=1';
  expect(await response.json()).toMatchObject({ isBase64Encoded, body });
});

test.each([
  ['GET', '/api/shop/things/1', 'GET /api/shop/things/{id}', { id: '1' }],
  ['GET', '/api/shop/things/special', 'GET /api/shop/things/special', undefined],
  ['DELETE', '/api/shop/things/1', 'ANY /api/shop/things/{id}', { id: '1' }],
  ['GET', '/api/shop/things/%F0%9F%9B%92', 'GET /api/shop/things/{id}', { id: '🛒' }],
  ['GET', '/api/shop/files/a/b%20c', 'GET /api/shop/files/{path+}', { path: 'a/b c' }],
])('%s %s takes the route %s', async (method, path, routeKey, pathParameters) => {
  const event = await eventOf(await get(path, { method }));

  expect(event.routeKey).toBe(routeKey);
  expect(event.pathParameters).toEqual(pathParameters);
});

test.each([
  ['/api/shop/nothing', 404, 'Not Found'],
  ['/api/shop/things/', 404, 'Not Found'],
  ['/elsewhere', 404, 'Not Found'],
  ['/api/shop/things/%E0%A4%A', 400, 'Bad Request'],
  ['/_local/nothing', 404, 'Not Found'],
])('%s answers %d', async (path, status, message) => {
  const response = await get(path);

  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

test('a path with dots is not normalised on the way', async () => {
  // fetch() normalises by itself; a raw request does not.
  const status = await new Promise((resolve) => {
    request(`${shop.url}`, { path: '/api/shop/../private' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });

  expect(status).toBe(404);
});

test('a method that the behaviour does not allow is refused at the edge', async () => {
  expect((await get('/api/shop/answer', { method: 'POST' })).status).toBe(403);
});

const answering = (answer: unknown) =>
  get(`/api/shop/answer?answer=${encodeURIComponent(JSON.stringify(answer))}`);

test("a function's response becomes the answer", async () => {
  const response = await answering({
    statusCode: 201,
    headers: { 'Content-Type': 'application/problem+json', 'x-number': 5, connection: 'close' },
    cookies: ['a=1', 'b=2'],
    body: btoa('{}'),
    isBase64Encoded: true,
  });

  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('x-number')).toBe('5');
  expect(response.headers.get('connection')).toBe('keep-alive');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await response.text()).toBe('{}');
});

test.each([
  [{ some: 'object' }, 200, '{"some":"object"}', 'application/json'],
  ['text', 200, 'text', 'application/json'],
  [{ statusCode: 200, body: 'text' }, 200, 'text', 'text/plain; charset=utf-8'],
  [{ statusCode: '202' }, 202, '', 'text/plain; charset=utf-8'],
  [{ statusCode: 'soon' }, 500, '{"message":"Internal Server Error"}', 'application/json'],
  [{ statusCode: 200, body: {} }, 500, '{"message":"Internal Server Error"}', 'application/json'],
  [
    { statusCode: 200, headers: { 'x-a': 'a\nb' } },
    500,
    '{"message":"Internal Server Error"}',
    'application/json',
  ],
])('the result %j is answered with %d', async (result, status, body, type) => {
  const response = await answering(result);

  expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
    status,
    body,
    type,
  ]);
});

test('a function that throws is a 500 that reveals nothing', async () => {
  const response = await get('/api/shop/answer?throws=secret');

  expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

test.each([7, 11])('a body of %d MB is a 413', async (megabytes) => {
  const response = await get('/api/shop/echo', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'x'.repeat(megabytes * 2 ** 20),
  });

  expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
});

test('CORS is answered as the template says', async () => {
  const origin = 'https://shop.example';
  const preflight = await get('/api/shop/echo', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,POST');

  const allowed = await get('/api/shop/echo', { headers: { origin } });
  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
  const other = await get('/api/shop/echo', { headers: { origin: 'https://elsewhere.example' } });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

test('a request that names an API by its host does not pass the edge', async () => {
  const [api] = shop.cloud.ofType('AWS::ApiGatewayV2::Api');
  const headers = await new Promise<IncomingHttpHeaders>((resolve) => {
    const host = `${api?.ref}.execute-api.us-east-1.amazonaws.com`;
    request(shop.url, { path: '/api/shop/echo', headers: { host } }, (response) => {
      response.resume();
      resolve(response.headers);
    }).end();
  });

  expect(headers).toHaveProperty('apigw-requestid');
  expect(headers).not.toHaveProperty('via');
});

test('the start page and the outbox are shown', async () => {
  expect(await (await get('/')).text()).toContain('curl -sS');
  expect(await (await get('/_local/')).text()).toContain('curl -sS');
  expect((await get('/_local/', { method: 'POST' })).status).toBe(404);
  expect((await get('/_local/toString')).status).toBe(404);
  expect(await (await get('/_local/outbox')).json()).toEqual({ messages: [] });
});
