import { afterEach, expect, test } from '@jest/globals';
import { type Api, AwsError, type Caller } from '../cloud.ts';
import { type Endpoint, startEndpoint } from './start.ts';

let endpoint: Endpoint;
afterEach(() => endpoint.stop());

/** Serves one API that answers with what it was asked. */
const start = async (api: Partial<Api> = {}) => {
  endpoint = await startEndpoint(0);
  const callers = new Map<string, Caller>([['local', { kind: 'root' }]]);
  endpoint.serve({
    find: () => ({
      permissions: () => [],
      handle: async (action, input, caller) => ({ action, input, caller }),
      ...api,
    }),
    authorize: () => {},
    caller: (accessKey) => callers.get(accessKey),
  });
};

const send = async (
  body: string,
  headers: Record<string, string>,
  path = '/',
): Promise<{ status: number; headers: Headers; text: string }> => {
  const response = await fetch(endpoint.url + path, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const signed = (accessKey = 'local') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20250101/us-east-1/x/aws4_request, Signature=s`,
});
const target = (name: string) => ({ 'x-amz-target': name, 'content-type': 'application/x-amz-json-1.1' });

test('JSON: the action comes from X-Amz-Target, times go out as seconds', async () => {
  await start({ handle: async () => ({ at: new Date(1_500) }) });
  const { status, text } = await send('{"a":1}', { ...signed(), ...target('AWSEvents.PutEvents') });
  expect([status, JSON.parse(text)]).toEqual([200, { at: 1.5 }]);
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
    'Action=Publish&Version=2010-03-31&Message=hi&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.StringValue=v';
  const { text } = await send(body, { ...signed(), 'content-type': 'application/x-www-form-urlencoded' });
  expect(seen).toEqual({ Message: 'hi', MessageAttributes: { n: { StringValue: 'v' } } });
  expect(text).toContain(
    '<PublishResult><MessageId>a&lt;b</MessageId><Tags><member>x</member><member>y</member></Tags></PublishResult>',
  );
});

test('REST: the service that the request is signed for says what is asked, and how it is answered', async () => {
  await start({
    route: ({ method, path }) => ({ action: method, input: path }),
    encode: (_action, output) => ({ status: 202, headers: { x: 'y' }, body: JSON.stringify(output) }),
  });
  const { status, headers, text } = await send('{}', signed(), '/some/path');
  expect([status, headers.get('x')]).toEqual([202, 'y']);
  expect(JSON.parse(text)).toMatchObject({ action: 'POST', input: '/some/path' });
});

test.each<[string, string, Record<string, string>, number, string]>([
  ['no signature', '{}', target('AmazonSQS.SendMessage'), 403, 'MissingAuthenticationTokenException'],
  [
    'an unknown key',
    '{}',
    { ...signed('x'), ...target('AmazonSQS.SendMessage') },
    400,
    'UnrecognizedClientException',
  ],
  ['not JSON', '{', { ...signed(), ...target('AmazonSQS.SendMessage') }, 400, 'SerializationException'],
  ['an unknown service', '{}', { ...signed(), ...target('Braket.Run') }, 404, 'UnknownOperationException'],
  ['no AWS call at all', '', signed(), 404, 'UnknownOperationException'],
])('%s is refused as AWS does', async (_, body, headers, status, code) => {
  await start();
  const answer = await send(body, headers);
  expect([answer.status, JSON.parse(answer.text).__type]).toEqual([status, code]);
});

test('an error keeps its status and code', async () => {
  await start({
    handle: async () => {
      throw new AwsError('InternalServerError', 'engine gone', 500);
    },
  });
  const { status, headers } = await send('{}', { ...signed(), ...target('AmazonSSM.GetParameter') });
  expect([status, headers.get('x-amzn-errortype')]).toEqual([500, 'InternalServerError']);
});

test('sign-up needs no signature', async () => {
  await start();
  const { status } = await send('{}', target('AWSCognitoIdentityProviderService.SignUp'));
  expect(status).toBe(200);
});

test('a port in use is one clear line', async () => {
  await start();
  const port = Number(new URL(endpoint.url).port);
  await expect(startEndpoint(port)).rejects.toThrow(
    `Port ${port} is in use: stop what uses it, or choose another`,
  );
});
