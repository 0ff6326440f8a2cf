import { expect, jest, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { createTestApi, EXECUTE_ARN, statusAndBody } from './test-api.ts';

const echo = (event: unknown) => event;

const simple = {
  AuthorizerType: 'REQUEST',
  AuthorizerPayloadFormatVersion: '2.0',
  EnableSimpleResponses: true,
  IdentitySource: ['$request.header.Authorization'],
};
const byPolicy = { ...simple, EnableSimpleResponses: false };

const withAuthorizer = (
  authorizer: Parameters<typeof createTestApi>[0]['authorizer'],
  options: Partial<Parameters<typeof createTestApi>[0]> = {},
) => {
  const route = { handler: echo, isAuthorized: true };
  const routes = { 'GET /things/{id}': route, 'POST /things/{id}': route };
  const api = createTestApi({ routes, ...options, ...(authorizer && { authorizer }) });
  const asked = () => api.invoked.filter(({ name }) => name === 'authorizer');
  return { ...api, asked };
};

const token = { headers: { authorization: 'token' } };
const forbidden = [403, { message: 'Forbidden' }];
const failed = [500, { message: 'Internal Server Error' }];

test('an authorizer of format 2.0 is told of the request, and its context reaches the function', async () => {
  const context = { customer: 'c1', level: 3, groups: ['admin'] };
  const { send, asked } = withAuthorizer({ ...simple, handler: () => ({ isAuthorized: true, context }) });

  const [status, event] = statusAndBody(
    await send('GET', '/things/1?a=1&a=2', {
      headers: { authorization: 'token', cookie: 'x=1' },
      body: 'a secret body',
    }),
  );
  expect(status).toBe(200);
  expect(event).toHaveProperty('requestContext.authorizer', { lambda: context });
  expect(asked()[0]?.event).toEqual({
    version: '2.0',
    type: 'REQUEST',
    routeArn: `${EXECUTE_ARN}/$default/GET/things/1`,
    identitySource: ['token'],
    routeKey: 'GET /things/{id}',
    rawPath: '/things/1',
    rawQueryString: 'a=1&a=2',
    cookies: ['x=1'],
    headers: expect.objectContaining({ authorization: 'token' }),
    queryStringParameters: { a: '1,2' },
    requestContext: expect.objectContaining({ routeKey: 'GET /things/{id}', stage: '$default' }),
    pathParameters: { id: '1' },
  });
});

test('an authorizer of format 1.0 is told of the request in the older form', async () => {
  const handler = ({ methodArn }: { methodArn: string }) => policyFor('Allow', methodArn);
  const { send, asked } = withAuthorizer({ ...byPolicy, AuthorizerPayloadFormatVersion: '1.0', handler });

  expect((await send('GET', '/things/1?a=1', token)).status).toBe(200);
  expect(asked()[0]?.event).toMatchObject({
    version: '1.0',
    type: 'REQUEST',
    methodArn: `${EXECUTE_ARN}/$default/GET/things/1`,
    identitySource: 'token',
    authorizationToken: 'token',
    resource: '/things/{id}',
    path: '/things/1',
    httpMethod: 'GET',
    queryStringParameters: { a: '1' },
    pathParameters: { id: '1' },
    requestContext: { identity: { sourceIp: '192.0.2.1' }, resourcePath: '/things/{id}', stage: '$default' },
  });
});

const policyFor = (Effect: string, Resource: string | string[], Action = 'execute-api:Invoke') => ({
  principalId: 'me',
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] },
  context: { customer: 'c1' },
});

test.each([
  ['for the route', policyFor('Allow', `${EXECUTE_ARN}/$default/GET/things/1`), 200],
  ['with a wildcard', policyFor('Allow', [`${EXECUTE_ARN}/*/GET/*`]), 200],
  ['for another method', policyFor('Allow', `${EXECUTE_ARN}/*/POST/*`), 403],
  ['for another action', policyFor('Allow', '*', 'execute-api:ManageConnections'), 403],
  ['that denies', policyFor('Deny', '*'), 403],
])('a policy %s is enforced', async (_, policy, status) => {
  const { send } = withAuthorizer({ ...byPolicy, handler: () => policy });

  expect((await send('GET', '/things/1', token)).status).toBe(status);
});

test('a simple no is a 403', async () => {
  const { send } = withAuthorizer({ ...simple, handler: () => ({ isAuthorized: false }) });

  expect(statusAndBody(await send('GET', '/things/1', token))).toEqual(forbidden);
});

test.each([undefined, null, 'yes', {}, { isAuthorized: 'true' }, policyFor('Allow', '*')])(
  'the answer %j to a simple question is an error',
  async (answer) => {
    const { send } = withAuthorizer({ ...simple, handler: () => answer });

    expect(statusAndBody(await send('GET', '/things/1', token))).toEqual(failed);
  },
);

test.each([undefined, { isAuthorized: true }, { policyDocument: {} }])(
  'the answer %j to a question for a policy is an error',
  async (answer) => {
    const { send } = withAuthorizer({ ...byPolicy, handler: () => answer });

    expect(statusAndBody(await send('GET', '/things/1', token))).toEqual(failed);
  },
);

test('an authorizer that throws is a 500, and nothing is remembered of it', async () => {
  let isBroken = true;
  const handler = () => {
    if (isBroken) throw new Error('secret');
    return { isAuthorized: true };
  };
  const { send } = withAuthorizer({ ...simple, handler });

  expect(statusAndBody(await send('GET', '/things/1', token))).toEqual(failed);
  isBroken = false;
  expect((await send('GET', '/things/1', token)).status).toBe(200);
});

test('an authorizer that takes longer than 10 seconds is a 500', async () => {
  jest.useFakeTimers();
  try {
    const { send } = withAuthorizer({ ...simple, handler: () => new Promise(() => {}) });
    const answer = send('GET', '/things/1', token);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([answer, 'waiting'])).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect(statusAndBody(await answer)).toEqual(failed);
  } finally {
    jest.useRealTimers();
  }
});

test('an authorizer that is throttled, or not permitted, is a 500', async () => {
  const handler = () => ({ isAuthorized: true });
  const refusal = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  const throttled = withAuthorizer({ ...simple, handler }, { refusal });
  expect(statusAndBody(await throttled.send('GET', '/things/1', token))).toEqual(failed);

  const denied = withAuthorizer({ ...simple, handler }, { sourceArn: undefined });
  expect(statusAndBody(await denied.send('GET', '/things/1', token))).toEqual(failed);
  expect(denied.log.lines.at(-1)).toContain(`a SourceArn that fits ${EXECUTE_ARN}/authorizers/auth1`);
});

test.each([
  ['a header', '$request.header.X-Api-Key', '/things/1', { 'x-api-key': 'k' }, 'k'],
  ['a query parameter', '$request.querystring.key', '/things/1?key=k', {}, 'k'],
  ['a context variable', '$context.routeKey', '/things/1', {}, 'GET /things/{id}'],
  ['the source address', '$context.identity.sourceIp', '/things/1', {}, '192.0.2.1'],
  ['a stage variable', '$stageVariables.secret', '/things/1', {}, 's'],
])('the identity may be %s', async (_, source, url, headers, value) => {
  const handler = () => ({ isAuthorized: true });
  const { send, asked } = withAuthorizer(
    { ...simple, IdentitySource: [source], handler },
    { stages: [{ StageName: '$default', StageVariables: { secret: 's' } }] },
  );

  expect((await send('GET', url, { headers })).status).toBe(200);
  expect(asked()[0]?.event).toHaveProperty('identitySource', [value]);
});

test.each([
  ['$request.header.Authorization', { authorization: '' }],
  ['$request.header.Authorization', {}],
  ['$request.querystring.token', {}],
  ['$stageVariables.missing', {}],
])('without the identity %s nobody is asked', async (source, headers) => {
  const { send, invoked } = withAuthorizer({
    ...simple,
    IdentitySource: ['$context.routeKey', source],
    handler: () => ({ isAuthorized: true }),
  });

  expect(statusAndBody(await send('GET', '/things/1', { headers }))).toEqual([
    401,
    { message: 'Unauthorized' },
  ]);
  expect(invoked).toEqual([]);
});

test('without identity sources every request is asked about', async () => {
  const handler = () => ({ isAuthorized: true });
  const { send, asked } = withAuthorizer({ ...simple, IdentitySource: undefined, handler });

  await send('GET', '/things/1');
  await send('GET', '/things/1');
  expect(asked()).toHaveLength(2);
  expect(asked()[0]?.event).toHaveProperty('identitySource', null);
});

test.each([
  [undefined, 300_000],
  [60, 60_000],
  [0, 0],
])('with a time to live of %p s a decision holds for its identity', async (ttl, heldMs) => {
  let time = 1_000_000;
  const handler = () => ({ isAuthorized: true });
  const { send, asked } = withAuthorizer(
    { ...simple, AuthorizerResultTtlInSeconds: ttl, handler },
    { now: () => time },
  );
  const timesAsked = async (authorization = 'token') => {
    const before = asked().length;
    expect((await send('GET', '/things/1', { headers: { authorization } })).status).toBe(200);
    return asked().length - before;
  };

  expect(await timesAsked()).toBe(1);
  time += Math.max(0, heldMs - 1);
  expect(await timesAsked()).toBe(heldMs === 0 ? 1 : 0);
  expect(await timesAsked('other')).toBe(1);
  time += 1;
  expect(await timesAsked()).toBe(1);
});

test('a remembered policy is judged anew for each route', async () => {
  const handler = () => policyFor('Allow', `${EXECUTE_ARN}/*/GET/*`);
  const { send, asked } = withAuthorizer({ ...byPolicy, handler });

  expect((await send('GET', '/things/1', token)).status).toBe(200);
  expect((await send('POST', '/things/1', token)).status).toBe(403);
  expect(asked()).toHaveLength(1);
});

test('no more than a thousand decisions are remembered', async () => {
  const handler = () => ({ isAuthorized: true });
  const { send, asked } = withAuthorizer({ ...simple, handler });
  for (let i = 0; i <= 1000; i++) await send('GET', '/things/1', { headers: { authorization: `t${i}` } });
  await send('GET', '/things/1', { headers: { authorization: 't0' } });

  expect(asked()).toHaveLength(1002);
});

test.each([
  [{ AuthorizerPayloadFormatVersion: undefined }, 'AuthorizerPayloadFormatVersion "undefined"'],
  [{ AuthorizerPayloadFormatVersion: '1.0' }, 'that needs AuthorizerPayloadFormatVersion 2.0'],
  [{ AuthorizerType: 'AWS' }, 'AuthorizerType "AWS": JWT or REQUEST is needed'],
  [{ AuthorizerUri: 'x' }, 'leads to "x": a Lambda function is needed'],
  [{ IdentitySource: ['$request.body.x'] }, 'has the IdentitySource "$request.body.x"'],
  [{ IdentitySource: ['$context.nonsense'] }, 'has the IdentitySource "$context.nonsense"'],
  [{ AuthorizerType: 'JWT' }, 'authorizer auth1 has no JwtConfiguration'],
])('an authorizer with %j does not start', (properties, message) => {
  expect(() => withAuthorizer({ ...simple, ...properties })).toThrow(message);
});

test('a route of another kind of authorization, or without its authorizer, does not start', () => {
  const route = { handler: echo, isAuthorized: true };
  expect(() => createTestApi({ routes: { 'GET /': route } })).toThrow('GET / has no authorizer "auth1"');
});
