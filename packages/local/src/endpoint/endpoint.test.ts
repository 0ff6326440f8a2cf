import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { type Api, AwsError, type Caller } from '../cloud.ts';
import { signRequest } from '../test-signing.ts';
import { type Endpoint, startEndpoint } from './start.ts';

let endpoint: Endpoint;
let failures: string[] = [];
afterEach(() => endpoint.stop());

/** Serves one API that answers with what it was asked. */
const start = async (api: Partial<Api> = {}) => {
  endpoint = await startEndpoint(0);
  failures = [];
  const callers = new Map<string, Caller>([['local', { kind: 'root' }]]);
  endpoint.serve({
    region: 'us-east-1',
    find: () => ({
      permissions: () => [],
      handle: async (action, input, caller) => ({ action, input, caller }),
      ...api,
    }),
    authorize: () => {},
    caller: (accessKey) => callers.get(accessKey),
    failed: (call, error) => void failures.push(`${call}: ${(error as Error).message}`),
  });
};

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

const sendAs = async (body: string, headers: Record<string, string>, path = '/', method = 'POST') => {
  const hasBody = method !== 'GET' && method !== 'OPTIONS';
  const response = await fetch(endpoint.url + path, { method, headers, ...(hasBody && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  } as Sent;
};

const send = async (
  service: string,
  body: string,
  headers: Record<string, string> = {},
  path = '/',
  method = 'POST',
): Promise<Sent> =>
  sendAs(body, await signRequest(endpoint.url + path, { service, headers, body, method }), path, method);

const target = (name: string) => ({ 'x-amz-target': name, 'content-type': 'application/x-amz-json-1.1' });
const form = { 'content-type': 'application/x-www-form-urlencoded' };

test('JSON: the action comes from X-Amz-Target, times go out as seconds, bytes in base64', async () => {
  await start({ handle: async () => ({ at: new Date(1_500), bytes: Buffer.from('abc') }) });
  const { status, headers, json } = await send('events', '{"a":1}', target('AWSEvents.PutEvents'));
  expect([status, json]).toEqual([200, { at: 1.5, bytes: 'YWJj' }]);
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
});

test('a request may come without a network', async () => {
  await start();
  const body = '{"a":1}';
  const signed = await signRequest(endpoint.url, {
    service: 'events',
    headers: target('AWSEvents.PutEvents'),
    body,
  });
  const request = { method: 'POST', url: '/', headers: signed, body: Buffer.from(body) };
  const answer = await endpoint.answer(request);
  expect(JSON.parse(String(answer.body))).toEqual({
    action: 'PutEvents',
    input: { a: 1 },
    caller: { kind: 'root' },
  });
  expect(await endpoint.answer({ ...request, body: Buffer.from('{"a":2}') })).toMatchObject({ status: 400 });
});

test('query: fields become a tree, the answer is XML', async () => {
  let seen: unknown;
  await start({
    handle: async (_, input) => {
      seen = input;
      return { MessageId: 'a<b', Tags: ['x', 'y'] };
    },
  });
  const body =
    'Action=Publish&Version=2010-03-31&Message=hi&__proto__.x=1&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.StringValue=v';
  const { text } = await send('sns', body, form);
  expect(seen).toMatchObject({ Message: 'hi', MessageAttributes: { n: { StringValue: 'v' } } });
  expect({}).not.toHaveProperty('x');
  expect(text).toContain('<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">');
  expect(text).toContain(
    '<PublishResult><MessageId>a&lt;b</MessageId><Tags><member>x</member><member>y</member></Tags></PublishResult>',
  );
});

test('REST: the service that the request is signed for says what is asked, and how it is answered', async () => {
  await start({
    route: ({ method, path, query }) => ({ action: method, input: path + query.get('q') }),
    encode: (_action, output) => ({ status: 202, headers: { x: 'y' }, body: JSON.stringify(output) }),
  });
  const { status, headers, json } = await send('lambda', '{}', {}, "/some%3Apath/it's?q=a%20b%20c&a=&A=1");
  expect([status, headers.get('x')]).toEqual([202, 'y']);
  expect(json).toMatchObject({ action: 'POST', input: "/some%3Apath/it'sa b c" });
});

test('an object of S3 may be a form, and its errors are its own', async () => {
  await start({
    route: ({ path }) => ({ action: 'PutObject', input: path }),
    handle: async () => {
      throw new AwsError('NoSuchBucket', 'gone', 404);
    },
    encodeError: ({ code }, input) => ({ status: 404, headers: {}, body: `<${code}>${input}` }),
  });
  const { status, text } = await send('s3', 'a=b', form, '/bucket/key', 'PUT');
  expect([status, text]).toEqual([404, '<NoSuchBucket>/bucket/key']);
});

test('a pre-signed URL of S3 says who calls; another service takes none, and OPTIONS needs no signature', async () => {
  await start({
    route: ({ method }) => ({ action: method, input: {} }),
    unsigned: new Set(['OPTIONS']),
  });
  const url = (key: string, service: string) =>
    `/b/k?X-Amz-Credential=${key}%2F20260101%2Fus-east-1%2F${service}%2Faws4_request`;
  expect(await sendAs('', {}, url('local', 's3'), 'PUT')).toMatchObject({ status: 200 });
  expect(await sendAs('', {}, url('other', 's3'), 'PUT')).toMatchObject({ status: 403 });
  expect(await sendAs('', {}, url('local', 'lambda'), 'PUT')).toMatchObject({ status: 403 });
  expect(await sendAs('', {}, '/b/k', 'OPTIONS')).toMatchObject({ status: 200 });
});

test('what needs no signature is answered without', async () => {
  await start({ unsigned: new Set(['SignUp']) });
  expect(await sendAs('{}', target('AWSCognitoIdentityProviderService.SignUp'))).toMatchObject({
    status: 200,
  });
  const { status, json } = await sendAs('{}', target('AWSCognitoIdentityProviderService.AdminGetUser'));
  expect([status, json.__type]).toEqual([400, 'MissingAuthenticationTokenException']);
});

const sendMessage = target('AmazonSQS.SendMessage');
const json = { 'content-type': 'application/x-amz-json-1.0' };

test.each<[string, string, string, Record<string, string>, number, string]>([
  ['not JSON', 'sqs', '{', sendMessage, 400, 'com.amazon.coral.service#SerializationException'],
  ['truncated JSON', 'ssm', '{"Name":"a', target('AmazonSSM.GetParameter'), 400, 'SerializationException'],
  ['a list', 'ssm', '[]', target('AmazonSSM.GetParameter'), 400, 'SerializationException'],
  ['null', 'ssm', 'null', target('AmazonSSM.GetParameter'), 400, 'SerializationException'],
  ['an unknown service', 'x', '{}', target('Braket.Run'), 400, 'UnknownOperationException'],
  [
    "every object's own field for a service",
    'x',
    '{}',
    target('constructor.Run'),
    400,
    'UnknownOperationException',
  ],
  ['no action', 'sqs', '{}', target('AmazonSQS'), 400, 'com.amazon.coral.service#UnknownOperationException'],
  [
    'a form where JSON should be',
    'sqs',
    '{}',
    { ...sendMessage, ...form },
    404,
    'com.amazon.coral.service#UnknownOperationException',
  ],
  [
    'a number for a text',
    'sqs',
    '{"QueueUrl":5}',
    sendMessage,
    400,
    'com.amazon.coral.service#SerializationException',
  ],
  ['no AWS call at all', 'x', '', {}, 404, 'UnknownOperationException'],
])('%s is refused as AWS does', async (_, service, body, headers, status, type) => {
  await start();
  const answer = await send(service, body, headers);
  expect([answer.status, answer.json.__type]).toEqual([status, type]);
  expect(failures).toEqual([]);
});

test.each<[object, string]>([
  [{ SecretId: 5 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ SecretId: false }, 'FALSE_VALUE can not be converted to a String'],
  [{ SecretId: ['a'] }, 'Start of list found where not expected'],
  [{ SecretId: {} }, 'Start of structure or map found where not expected.'],
  [{ PasswordLength: '5' }, 'STRING_VALUE can not be converted to an Integer'],
  [{ RotateImmediately: 'yes' }, 'STRING_VALUE can not be converted to a Boolean'],
  [{ VersionStages: 'AWSPENDING' }, 'Unexpected field type'],
  [{ VersionStages: ['a', 5] }, 'NUMBER_VALUE can not be converted to a String'],
  [{ VersionStages: [null] }, 'NULL_VALUE can not be converted to a String'],
  [{ Filters: {} }, 'Start of structure or map found where not expected.'],
  [{ Filters: [null] }, 'Unexpected field type'],
  [{ RotationRules: [] }, 'Start of list found where not expected'],
])('%j has a member of a wrong type', async (input, message) => {
  await start();
  const answer = await send('secretsmanager', JSON.stringify(input), target('secretsmanager.GetSecretValue'));
  expect(answer).toMatchObject({ status: 400, json: { __type: 'SerializationException', message } });
});

test('GET is no way to call a JSON service', async () => {
  await start();
  expect(await send('sqs', '', sendMessage, '/', 'GET')).toMatchObject({ status: 404 });
});

test.each<[string, string, number, string]>([
  ['no action', 'Version=2010-03-31', 400, '<Code>MissingAction</Code>'],
  [
    'a bottomless field',
    `Action=Publish&Version=2010-03-31&${'a.'.repeat(100_000)}=1`,
    400,
    '<Code>MalformedInput</Code>',
  ],
  ['an unknown version', 'Action=Publish&Version=1999-01-01', 400, '<Code>InvalidAction</Code>'],
  [
    'an unknown action',
    'Action=Dance&Version=2010-03-31',
    400,
    '<Code>InvalidAction</Code><Message>Could not find operation Dance for version 2010-03-31</Message>',
  ],
])('a query with %s is refused as AWS does', async (_, body, status, part) => {
  await start({
    handle: async () => {
      throw new AwsError('UnknownOperationException', 'sns:Dance does not run locally', 404);
    },
  });
  const answer = await send('sns', body, form);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(part);
});

const refusing = (error: unknown) => ({
  handle: async () => {
    throw error;
  },
});

test('an error keeps its status, code and fields, under the name of its service’s model', async () => {
  const gone = new AwsError('ResourceNotFoundException', 'engine gone', 400, { Reason: 'x' });
  await start(refusing(gone));
  const dynamodb = await send('dynamodb', '{}', target('DynamoDB_20120810.GetItem'));
  expect(dynamodb.json).toMatchObject({
    __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    message: 'engine gone',
    Reason: 'x',
  });
  expect(dynamodb.headers.get('x-amz-crc32')).toBe(String(crc32(dynamodb.text)));
  expect(dynamodb.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  const ssm = await send('ssm', '{}', target('AmazonSSM.GetParameter'));
  expect(ssm.json.__type).toBe('ResourceNotFoundException');
});

test('an error says in a REST service’s header, and in SQS’s, what it is called there', async () => {
  await start({
    ...refusing(new AwsError('AccessDeniedException', 'no')),
    route: () => ({ action: 'Invoke', input: {} }),
  });
  const lambda = await send('lambda', '{}', {}, '/2015-03-31/functions/f/invocations');
  expect([lambda.status, lambda.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
  const sqs = await send('sqs', '{}', { ...sendMessage, ...json });
  expect(sqs.headers.get('x-amzn-query-error')).toBe('AccessDenied;Sender');
  expect(sqs.json.__type).toBe('com.amazon.coral.service#AccessDeniedException');
  const sns = await send('sns', 'Action=Publish&Version=2010-03-31', form);
  expect([sns.status, sns.text]).toEqual([403, expect.stringContaining('<Code>AuthorizationError</Code>')]);
});

test('what fails inside is logged with its call, and answered without a word of it', async () => {
  await start(refusing(new TypeError('secret detail')));
  const { status, json } = await send('ssm', '{}', target('AmazonSSM.GetParameter'));
  expect([status, json.__type]).toEqual([500, 'InternalFailure']);
  expect(JSON.stringify(json)).not.toContain('detail');
  expect(failures).toEqual(['ssm:GetParameter: secret detail']);
});

test('a body larger than any service takes is refused', async () => {
  await start();
  const answer = await sendAs('x'.repeat(16 * 1024 * 1024 + 1), sendMessage);
  expect(answer).toMatchObject({ status: 413, json: { __type: 'RequestEntityTooLargeException' } });
});

/** What the endpoint says to raw bytes, until it hangs up. */
const talk = (bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (text) => {
      heard += text;
    });
    socket.once('close', () => resolve(heard));
    socket.once('error', reject);
  });

test.each<[string, string | Buffer, RegExp]>([
  ['noise', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10]), /^HTTP\/1\.1 400 /],
  ['no HTTP', 'HELO example\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    /^HTTP\/1\.1 400 /,
  ],
  ['no host', 'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}', /^HTTP\/1\.1 400 /],
  [
    'headers without end',
    `POST / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 /,
  ],
  [
    'two targets',
    'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: AmazonSQS.A\r\nX-Amz-Target: AmazonSQS.B\r\nContent-Length: 0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'an address that is none',
    'GET //[%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 403 .*"MissingAuthenticationTokenException"/s,
  ],
  [
    'less than announced',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{}',
    /^(HTTP\/1\.1 400 |$)/,
  ],
])('%s does no harm', async (_, bytes, answer) => {
  await start();
  expect(await talk(bytes)).toMatch(answer);
  expect(await send('events', '{}', target('AWSEvents.PutEvents'))).toMatchObject({ status: 200 });
  expect(failures).toEqual([]);
});

test('a port in use is one clear line', async () => {
  await start();
  const port = Number(new URL(endpoint.url).port);
  await expect(startEndpoint(port)).rejects.toThrow(
    `Port ${port} is in use: stop what uses it, or choose another`,
  );
});
