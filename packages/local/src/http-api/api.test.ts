import { expect, jest, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { eventually } from '../test-cloud.ts';
import { BodyTooLarge } from './http.ts';
import { createTestApi, EXECUTE_ARN, statusAndBody } from './test-api.ts';

const ok = () => ({ statusCode: 200, body: 'ok' });

test('a wrong method is not found, as HTTP APIs know no 405', async () => {
  const { send } = createTestApi({ routes: { 'GET /things': ok } });

  expect(statusAndBody(await send('POST', '/things'))).toEqual([404, { message: 'Not Found' }]);
});

test('a function that throws is a 500 that reveals nothing', async () => {
  const fail = () => {
    throw new Error('secret');
  };
  const { send } = createTestApi({ routes: { 'GET /': fail } });

  expect(statusAndBody(await send('GET', '/'))).toEqual([500, { message: 'Internal Server Error' }]);
});

test('a function that takes too long is a 503, and goes on', async () => {
  let finish = () => {};
  let isFinished = false;
  const slow = async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    isFinished = true;
  };
  const { send, log } = createTestApi({ routes: { 'GET /': { handler: slow, timeoutMs: 50 } } });

  expect(statusAndBody(await send('GET', '/'))).toEqual([503, { message: 'Service Unavailable' }]);
  expect(log.lines).toEqual(['warn shop GET / took longer than 50 ms: answered 503']);
  finish();
  await eventually(() => isFinished);
});

test('no integration is waited for longer than 30 seconds', async () => {
  jest.useFakeTimers();
  try {
    const never = () => new Promise(() => {});
    const { send } = createTestApi({ routes: { 'GET /': { handler: never, timeoutMs: 60_000 } } });
    const answer = send('GET', '/');
    await jest.advanceTimersByTimeAsync(29_999);
    expect(await Promise.race([answer, 'waiting'])).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(503);
  } finally {
    jest.useRealTimers();
  }
});

test.each([
  ['RequestTooLargeException', 413, 413, 'Request Entity Too Large'],
  ['TooManyRequestsException', 429, 503, 'Service Unavailable'],
  ['ServiceException', 500, 500, 'Internal Server Error'],
])('what Lambda refuses with %s is answered as API Gateway does', async (code, status, answered, message) => {
  const { send } = createTestApi({ routes: { 'GET /': ok }, refusal: new AwsError(code, 'no', status) });

  expect(statusAndBody(await send('GET', '/'))).toEqual([answered, { message }]);
});

test('a body that is too large is a 413', async () => {
  const { api } = createTestApi({ routes: { 'GET /': ok } });
  const body = async () => {
    throw new BodyTooLarge();
  };

  const answer = await api.answer({ method: 'GET', url: '/', headers: {}, sourceIp: '::1', body });
  expect(statusAndBody(answer)).toEqual([413, { message: 'Request Entity Too Large' }]);
});

test('a function without a permission for the API is a 500, and the log says what is missing', async () => {
  const { send, log, invoked } = createTestApi({
    routes: { 'GET /things/{id}': ok },
    sourceArn: `${EXECUTE_ARN}/*/POST/*`,
  });

  expect(statusAndBody(await send('GET', '/things/1'))).toEqual([500, { message: 'Internal Server Error' }]);
  expect(invoked).toEqual([]);
  expect(log.lines.at(-1)).toBe(
    `error shop GET /things/{id} API Gateway may not invoke arn:aws:lambda:us-east-1:000000000000:function:function0: add an AWS::Lambda::Permission with Action lambda:InvokeFunction, Principal apigateway.amazonaws.com and a SourceArn that fits ${EXECUTE_ARN}/$default/GET/things/{id}`,
  );
});

test.each([
  ['GET /things/{id}', 'GET', '/things/1', '$default/GET/things/*'],
  ['ANY /things/{id}', 'PUT', '/things/1', '*/PUT/things/*'],
  ['$default', 'GET', '/other', '*/$default'],
])('the route %s is allowed by a permission for just it', async (key, method, path, source) => {
  const sourceArn = `${EXECUTE_ARN}/${source}`;
  const { send } = createTestApi({ routes: { [key]: ok }, sourceArn });

  expect((await send(method, path)).status).toBe(200);
});

test('10,240 bytes of request line and header values are the most', async () => {
  const { send } = createTestApi({ routes: { 'GET /': ok } });
  const line = 'GET / HTTP/1.1'.length;

  const most = { 'x-a': 'x'.repeat(10_240 - line - 5), 'x-b': '12345' };
  expect((await send('GET', '/', { headers: most })).status).toBe(200);
  expect((await send('GET', '/?', { headers: most })).status).toBe(431);
});

const limited = (settings: Record<string, unknown>) => {
  let time = 1_000_000;
  const api = createTestApi({
    routes: { 'GET /a': ok, 'GET /b': ok },
    stages: [{ StageName: '$default', ...settings }],
    now: () => time,
  });
  const statuses = async (path: string, times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => api.send('GET', path)));
    return answers.map(({ status }) => status);
  };
  const wait = (ms: number) => {
    time += ms;
  };
  return { ...api, statuses, wait };
};

test('each route of a stage is throttled alone, by a bucket that fills again', async () => {
  const { send, statuses, wait } = limited({
    DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 },
  });

  expect(await statuses('/a', 3)).toEqual([200, 200, 429]);
  expect(await statuses('/b', 2)).toEqual([200, 200]);
  expect(statusAndBody(await send('GET', '/a'))).toEqual([429, { message: 'Too Many Requests' }]);
  wait(1000);
  expect(await statuses('/a', 2)).toEqual([200, 429]);
  wait(60_000);
  expect(await statuses('/a', 3)).toEqual([200, 200, 429]);
  wait(-60_000);
  expect(await statuses('/a', 1)).toEqual([429]);
  wait(1000);
  expect(await statuses('/a', 2)).toEqual([200, 429]);
});

test("a route's own settings take the place of the stage's", async () => {
  const { statuses } = limited({
    DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.1 },
    RouteSettings: { 'GET /b': { ThrottlingBurstLimit: 3 } },
  });

  expect(await statuses('/a', 2)).toEqual([200, 429]);
  expect(await statuses('/b', 4)).toEqual([200, 200, 200, 429]);
});

test('requests are counted by API, stage and, where asked for, route', async () => {
  const { send, data } = createTestApi({
    routes: { 'POST /things/{id}': ok },
    stages: [{ StageName: '$default', DefaultRouteSettings: { DetailedMetricsEnabled: true } }],
  });
  await send('POST', '/things/1', { body: '1234' });
  await send('GET', '/nothing');

  const sums = (dimensions: Record<string, string>) => {
    const sum: Record<string, number> = {};
    for (const { name, value, dimensions: given } of data) {
      if (JSON.stringify(given) === JSON.stringify(dimensions)) sum[name] = (sum[name] ?? 0) + value;
    }
    return sum;
  };
  const time = expect.any(Number);
  const counted = { Latency: time, IntegrationLatency: time, '5xx': 0 };
  const both = { ...counted, Count: 2, '4xx': 1, DataProcessed: 4 + 2 + '{"message":"Not Found"}'.length };
  expect(sums({ ApiId: 'api1' })).toEqual(both);
  expect(sums({ ApiId: 'api1', Stage: '$default' })).toEqual(both);
  expect(sums({ ApiId: 'api1', Method: 'POST', Resource: '/things/{id}', Stage: '$default' })).toEqual({
    ...counted,
    Count: 1,
    '4xx': 0,
    DataProcessed: 6,
  });
  expect(data.find(({ name }) => name === 'Latency')).toMatchObject({
    namespace: 'AWS/ApiGateway',
    unit: 'Milliseconds',
  });
});

test.each([
  [{ PayloadFormatVersion: '1.0' }, 'integration0 has PayloadFormatVersion "1.0": only 2.0 runs here'],
  [
    { IntegrationType: 'HTTP_PROXY' },
    'integration0 has IntegrationType "HTTP_PROXY": only AWS_PROXY runs here',
  ],
  [{ IntegrationUri: 'https://x' }, 'integration0 leads to "https://x": a Lambda function is needed'],
])('an integration with %j does not start', (integration, message) => {
  expect(() => createTestApi({ routes: { 'GET /': ok }, integration })).toThrow(message);
});
