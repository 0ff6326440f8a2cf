import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchSigned } from '../test-signing.ts';
import { type Functions, startFunctions } from './test-functions.ts';

const functions = {
  echo: `export const handler = async (event, context) => ({ event, id: context.awsRequestId, client: context.clientContext });`,
  common: `const { hostname } = require('node:os'); exports.handler = async () => typeof hostname();`,
  nothing: `export const handler = () => {};`,
  failing: `export const handler = async () => { throw new RangeError('too far'); };`,
};

let shop: Functions;
beforeAll(async () => {
  shop = await startFunctions({ functions });
});
afterAll(() => shop.stop());

const post = async (name: string, body = '', headers: Record<string, string> = {}, query = '') => {
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations${query}`;
  const response = await fetchSigned(shop.cloud.endpoint + path, { service: 'lambda', headers, body });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
};

const FUNCTION = 'emporium-shop-local-echo';
const ARN = `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION}`;

test.each([FUNCTION, `${FUNCTION}:$LATEST`, ARN, `${ARN}:$LATEST`])('invokes %s', async (name) => {
  const { status, headers, body } = await post(name, '{"n":1}');
  expect([status, body.event]).toEqual([200, { n: 1 }]);
  expect(body.id).toBe(headers.get('x-amzn-requestid'));
  expect(headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(headers.get('x-amz-function-error')).toBeNull();
});

test('runs CommonJS too; gives null for no answer, and {} for no event', async () => {
  expect((await post('emporium-shop-local-common')).body).toBe('string');
  expect((await post('emporium-shop-local-nothing')).body).toBeNull();
  expect((await post(FUNCTION)).body.event).toEqual({});
  expect((await shop.invoke('echo', null)).answer.event).toBeNull();
});

test('an error of the function is an answer, too', async () => {
  const { status, headers, body } = await post('emporium-shop-local-failing');
  expect([status, headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
  expect(body).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
});

test('a dry run runs nothing', async () => {
  const before = shop.counted('Invocations', 'nothing');
  const { status, body } = await post('emporium-shop-local-nothing', '', {
    'x-amz-invocation-type': 'DryRun',
  });
  expect([status, body]).toEqual([204, undefined]);
  expect(shop.counted('Invocations', 'nothing')).toBe(before);
});

const MB = 1024 * 1024;
const textOf = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
const event = { 'x-amz-invocation-type': 'Event' };

test.each<[string, Parameters<typeof post>, number, string, string]>([
  [
    'unknown',
    ['nobody'],
    404,
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
  ],
  [
    'unknown, not waited for',
    ['nobody', '{}', event],
    404,
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
  ],
  [
    'of an unknown version',
    [FUNCTION, '{}', {}, '?Qualifier=7'],
    404,
    'ResourceNotFoundException',
    `Function not found: ${ARN}:7`,
  ],
  [
    'no JSON',
    [FUNCTION, '{"a":'],
    400,
    'InvalidRequestContentException',
    'Could not parse request body into json',
  ],
  [
    'too large',
    [FUNCTION, textOf(6 * MB + 1)],
    413,
    'RequestTooLargeException',
    'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  ],
  [
    'too large for an event',
    [FUNCTION, textOf(MB + 1), event],
    413,
    'RequestTooLargeException',
    'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
  ],
  [
    'of an unknown type',
    [FUNCTION, '{}', { 'x-amz-invocation-type': 'Later' }],
    400,
    'ValidationException',
    "Value 'Later' at 'invocationType'",
  ],
  [
    'a client context that is none',
    [FUNCTION, '{}', { 'x-amz-client-context': 'x' }],
    400,
    'InvalidRequestContentException',
    'Client context must be a valid Base64-encoded JSON object',
  ],
])('refused: %s', async (_, request, status, code, message) => {
  const answer = await post(...request);
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([status, code]);
  expect(answer.body.message).toContain(message);
});

test('a name that can not be decoded is that of no function', async () => {
  const url = `${shop.cloud.endpoint}/2015-03-31/functions/%E0%A4%A/invocations`;
  const response = await fetchSigned(url, { service: 'lambda' });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
    404,
    'ResourceNotFoundException',
  ]);
});

test('what is just small enough is taken', async () => {
  expect((await post('emporium-shop-local-nothing', textOf(6 * MB))).status).toBe(200);
  expect((await post('emporium-shop-local-nothing', textOf(MB), event)).status).toBe(202);
});

test('counts invocations, errors and time', async () => {
  const { counted } = shop;
  const before = [counted('Invocations', 'failing') ?? 0, counted('Errors', 'failing') ?? 0];
  await post('emporium-shop-local-failing');
  expect([counted('Invocations', 'failing'), counted('Errors', 'failing')]).toEqual(
    before.map((value) => value + 1),
  );
  expect(counted('Duration', 'failing')).toBeGreaterThan(0);
  expect(counted('Errors', 'echo')).toBeUndefined();
});
