import { expect, test } from '@jest/globals';
import { AwsError, type Caller, type WireAnswer, type WireRequest } from '../cloud.ts';
import { accessKeyOf, sessionToken } from '../iam/credentials.ts';
import { type SigningOptions, signRequest } from '../test-signing.ts';
import { createAnswer } from './answer.ts';

const now = Date.UTC(2026, 2, 1, 12, 0, 0);
const functionKey = accessKeyOf('place');

const answer = createAnswer({
  region: 'us-east-1',
  now: () => now,
  find: () => ({
    permissions: () => [],
    route: ({ method }) => ({ action: method, input: {} }),
    handle: async (_action, _input, caller) => caller,
  }),
  authorize: () => {},
  caller: (accessKey): Caller | undefined => {
    if (accessKey === functionKey) return { kind: 'role', roleArn: 'arn:role', name: 'place' };
    return accessKey === 'local' ? { kind: 'root' } : undefined;
  },
  failed: (call, error) => {
    throw new AwsError('Failed', `${call}: ${error}`);
  },
});

interface Kind {
  readonly service: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

const dynamodb: Kind = {
  service: 'dynamodb',
  path: '/',
  headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' },
};
const sns: Kind = {
  service: 'sns',
  path: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};
const lambda: Kind = {
  service: 'lambda',
  path: '/2015-03-31/functions/arn%3Aaws%3Alambda/invocations?b=%2B&a=x%20y&a=',
  headers: {},
};
const s3: Kind = { service: 's3', path: "/bucket/a%20key%2Bwith/it's(1)?list-type=2", headers: {} };

const bodyOf = ({ service }: Kind) =>
  service === 'sns' ? 'Action=Publish&Version=2010-03-31' : '{"TableName":"t"}';

const signed = async (kind: Kind, options: Partial<SigningOptions> = {}): Promise<WireRequest> => {
  const body = bodyOf(kind);
  const headers = await signRequest(`http://127.0.0.1:4566${kind.path}`, {
    service: kind.service,
    headers: kind.headers,
    body,
    date: new Date(now),
    ...options,
  });
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method: 'POST', url: kind.path, headers: Object.fromEntries(lowerCase), body: Buffer.from(body) };
};

const codeOf = ({ status, body }: WireAnswer) => {
  const text = String(body);
  const code = text.startsWith('<')
    ? /<Code>(.*)<\/Code>/.exec(text)?.[1]
    : JSON.parse(text).__type?.split('#').at(-1);
  return `${status} ${code ?? 'ok'}`;
};

test.each([dynamodb, sns, lambda, s3])(
  'what AWS’s own signer signs for $service is accepted',
  async (kind) => {
    expect(codeOf(await answer(await signed(kind)))).toBe('200 ok');
  },
);

test('a function is known by its key and its token', async () => {
  const options = { accessKeyId: functionKey, sessionToken };
  const { body } = await answer(await signed(dynamodb, options));
  expect(JSON.parse(String(body))).toEqual({ kind: 'role', roleArn: 'arn:role', name: 'place' });
  // A day, a region and a service have one key; the second request takes it from memory.
  expect(codeOf(await answer(await signed(dynamodb, options)))).toBe('200 ok');
});

const minutes = (count: number) => new Date(now + count * 60_000);
const without =
  (...names: string[]) =>
  (request: WireRequest): WireRequest => ({
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !names.includes(name))),
  });
const edited =
  (name: string, from: string | RegExp, to: string) =>
  (request: WireRequest): WireRequest => ({
    ...request,
    headers: { ...request.headers, [name]: String(request.headers[name]).replace(from, to) },
  });
const same = (request: WireRequest) => request;

const problems: readonly [
  string,
  Partial<SigningOptions>,
  (request: WireRequest) => WireRequest,
  Record<string, string>,
][] = [
  [
    'another secret',
    { secretAccessKey: 'guess' },
    same,
    { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', s3: '403 SignatureDoesNotMatch' },
  ],
  [
    'another body',
    {},
    (request) => ({ ...request, body: Buffer.from(`${request.body}&x`) }),
    {
      json: 'SerializationException',
      rest: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 XAmzContentSHA256Mismatch',
    },
  ],
  [
    'another address',
    {},
    (request) => ({ ...request, url: request.url === '/' ? '/' : `${request.url}&more=1` }),
    { json: 'ok', query: 'ok', rest: 'InvalidSignatureException', s3: '403 SignatureDoesNotMatch' },
  ],
  [
    'another method',
    {},
    (request) => ({ ...request, method: 'PUT' }),
    {
      json: 'UnknownOperationException',
      query: 'SignatureDoesNotMatch',
      rest: 'InvalidSignatureException',
      s3: '403 SignatureDoesNotMatch',
    },
  ],
  [
    'a signed header that changed',
    {},
    edited('host', '4566', '4567'),
    { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', s3: '403 SignatureDoesNotMatch' },
  ],
  [
    'a signed header that is gone',
    {},
    without('x-amz-content-sha256', 'host'),
    {
      json: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    '16 minutes ago',
    { date: minutes(-16) },
    same,
    { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', s3: '403 RequestTimeTooSkewed' },
  ],
  ['14 minutes ago', { date: minutes(-14) }, same, { json: 'ok', query: 'ok', s3: '200 ok' }],
  [
    'in 16 minutes',
    { date: minutes(16) },
    same,
    { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', s3: '403 RequestTimeTooSkewed' },
  ],
  [
    'another region',
    { region: 'eu-west-1' },
    same,
    {
      json: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'another date in the scope',
    {},
    edited('authorization', '20260301/', '20260228/'),
    {
      json: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'another terminator',
    {},
    edited('authorization', 'aws4_request', 'aws5_request'),
    {
      json: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'another algorithm',
    {},
    edited('authorization', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
    {
      json: 'IncompleteSignatureException',
      query: 'IncompleteSignature',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'no host among the signed headers',
    {},
    edited('authorization', /host;?/, ''),
    {
      json: 'InvalidSignatureException',
      query: 'SignatureDoesNotMatch',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'no signature',
    {},
    edited('authorization', /, Signature=.*/, ''),
    {
      json: 'IncompleteSignatureException',
      query: 'IncompleteSignature',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'no date',
    {},
    without('x-amz-date'),
    {
      json: 'IncompleteSignatureException',
      query: 'IncompleteSignature',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'a date that is none',
    {},
    edited('x-amz-date', /.*/, '20261301'),
    {
      json: 'IncompleteSignatureException',
      query: 'IncompleteSignature',
      s3: '400 AuthorizationHeaderMalformed',
    },
  ],
  [
    'an unknown key',
    { accessKeyId: 'AKIASTRANGER' },
    same,
    { json: 'UnrecognizedClientException', query: '403 InvalidClientTokenId', s3: '403 InvalidAccessKeyId' },
  ],
  [
    'a role’s key without its token',
    { accessKeyId: functionKey },
    same,
    { json: 'UnrecognizedClientException', query: '403 InvalidClientTokenId', s3: '403 InvalidAccessKeyId' },
  ],
  [
    'a token without a role’s key',
    { sessionToken },
    same,
    { json: 'UnrecognizedClientException', query: '403 InvalidClientTokenId', s3: '403 InvalidAccessKeyId' },
  ],
  [
    'no authorization',
    {},
    without('authorization'),
    {
      json: 'MissingAuthenticationTokenException',
      query: '403 MissingAuthenticationToken',
      rest: 'MissingAuthenticationTokenException',
    },
  ],
];

test.each(problems)('%s', async (_, options, change, expected) => {
  for (const [protocol, kind, status] of [
    ['json', dynamodb, 400],
    ['rest', lambda, 403],
    ['query', sns, 403],
    ['s3', s3, 403],
  ] as const) {
    const wanted = expected[protocol] ?? (protocol === 'rest' ? expected.json : undefined);
    if (wanted === undefined) continue;
    const got = codeOf(await answer(change(await signed(kind, options))));
    if (/^\d/.test(wanted)) expect(`${protocol}: ${got}`).toBe(`${protocol}: ${wanted}`);
    else expect(`${protocol}: ${got.slice(4)}`).toBe(`${protocol}: ${wanted}`);
    if (/Signature|Token|Client/.test(wanted) && protocol !== 's3' && wanted !== 'IncompleteSignature') {
      expect(got).toMatch(new RegExp(`^${status} `));
    }
  }
});

test('the message says what would have been right', async () => {
  const { body } = await answer(await signed(dynamodb, { service: 'sqs', region: 'mars-1' }));
  expect(JSON.parse(String(body)).message).toBe(
    "Credential should be scoped to a valid region, not 'mars-1'. Credential should be scoped to correct service: 'dynamodb'. ",
  );
  const old = await answer(await signed(dynamodb, { date: minutes(-20) }));
  expect(JSON.parse(String(old.body)).message).toBe(
    'Signature expired: 20260301T114000Z is now earlier than 20260301T114500Z (20260301T120000Z - 15 min.)',
  );
});

test('S3 may leave the body unsigned', async () => {
  const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const request = await signed({ ...s3, headers });
  expect(codeOf(await answer({ ...request, body: Buffer.from('anything') }))).toBe('200 ok');
  const json = await signed({ ...dynamodb, headers: { ...dynamodb.headers, ...headers } });
  expect(codeOf(await answer(json))).toBe('400 InvalidSignatureException');
});
