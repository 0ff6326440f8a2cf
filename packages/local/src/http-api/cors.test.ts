import { expect, test } from '@jest/globals';
import type { CorsConfiguration } from './cors.ts';
import { createTestApi } from './test-api.ts';

const origin = 'https://shop.example';
const asked = { origin, 'access-control-request-method': 'POST' };

const full: CorsConfiguration = {
  AllowOrigins: [origin, 'http://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization', 'content-type'],
  ExposeHeaders: ['x-total'],
  AllowCredentials: true,
  MaxAge: 60,
};

const preflightHeaders = {
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET,POST',
  'access-control-allow-headers': 'authorization,content-type',
  'access-control-max-age': '60',
  vary: 'Origin',
};

test('a preflight is answered where no route takes OPTIONS', async () => {
  const { send, invoked } = createTestApi({ cors: full, routes: { 'POST /things': () => '' } });

  const { status, headers, body } = await send('OPTIONS', '/things', { headers: asked });
  expect({ status, body }).toEqual({ status: 204, body: '' });
  expect(headers).toEqual({ ...preflightHeaders, 'apigw-requestid': expect.any(String) });
  expect(invoked).toEqual([]);
});

test.each([
  ['another origin', { ...asked, origin: 'https://elsewhere.example' }, 204],
  ['no asked method', { origin }, 404],
  ['no origin', { 'access-control-request-method': 'POST' }, 404],
])('a preflight with %s gets no CORS headers', async (_, headers, status) => {
  const { send } = createTestApi({ cors: full, routes: { 'POST /things': () => '' } });

  const answer = await send('OPTIONS', '/things', { headers });
  expect(answer.status).toBe(status);
  expect(answer.headers).not.toHaveProperty('access-control-allow-methods');
});

test('a route that takes OPTIONS answers the preflight itself, under the headers of the API', async () => {
  const handler = () => ({ statusCode: 200, headers: { 'access-control-allow-methods': 'TRACE' }, body: '' });
  const { send } = createTestApi({ cors: full, routes: { 'OPTIONS /{proxy+}': handler } });

  const answer = await send('OPTIONS', '/things', { headers: asked });
  expect(answer).toMatchObject({ status: 200, headers: preflightHeaders });
});

test('a $default route with an authorizer refuses a preflight', async () => {
  const { send } = createTestApi({
    cors: full,
    routes: { $default: { handler: () => '', isAuthorized: true } },
    authorizer: {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      IdentitySource: ['$request.header.Authorization'],
    },
  });

  const answer = await send('OPTIONS', '/things', { headers: asked });
  expect(answer).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': origin } });
});

test("the API's headers take the place of the function's", async () => {
  const handler = () => ({
    statusCode: 200,
    headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x', vary: 'Accept' },
  });
  const { send } = createTestApi({ cors: full, routes: { 'GET /': handler } });

  const allowed = await send('GET', '/', { headers: { origin } });
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-total',
    vary: 'Accept, Origin',
  });
  expect(allowed.headers).not.toHaveProperty('access-control-allow-methods');
  const other = await send('GET', '/', { headers: { origin: 'https://elsewhere.example' } });
  expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  const wild = await send('GET', '/', { headers: { origin: 'http://any.example' } });
  expect(wild.headers).toMatchObject({ 'access-control-allow-origin': 'http://any.example' });
});

test('errors of the API carry the headers, too', async () => {
  const { send } = createTestApi({ cors: { AllowOrigins: ['*'] }, routes: {} });

  const answer = await send('GET', '/', { headers: { origin } });
  expect(answer).toMatchObject({ status: 404, headers: { 'access-control-allow-origin': '*' } });
  expect(answer.headers).not.toHaveProperty('vary');
});

test('without a configuration, the function has its say', async () => {
  const handler = () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } });
  const { send } = createTestApi({ routes: { 'OPTIONS /': handler } });

  const answer = await send('OPTIONS', '/', { headers: asked });
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
});
