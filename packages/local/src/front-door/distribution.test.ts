import { expect, test } from '@jest/globals';
import {
  ALL_VIEWER,
  ALL_VIEWER_EXCEPT_HOST,
  CACHING_DISABLED,
  createTestDistribution,
} from './test-distribution.ts';

const open = { CachePolicyId: CACHING_DISABLED, OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST };
const forwarded = async (
  options: Parameters<typeof createTestDistribution>[0],
  ...request: Parameters<Awaited<ReturnType<typeof createTestDistribution>>['send']>
) => {
  const { send, received } = await createTestDistribution(options);
  await send(...request);
  return received[0];
};

test('AllViewerExceptHostHeader passes on what the viewer sent, but what is of the connection', async () => {
  const request = await forwarded({}, '/a%2Fb?x=1&y=%20', {
    headers: {
      authorization: 'Bearer t',
      cookie: 'a=1',
      'accept-encoding': 'gzip, deflate',
      'x-custom': 'c',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-proto': 'http',
      via: '1.1 proxy',
      connection: 'keep-alive',
      te: 'trailers',
      upgrade: 'h2c',
      expect: '100-continue',
      'proxy-authorization': 'x',
      'cloudfront-viewer-country': 'AT',
      'x-amz-cf-id': 'forged',
    },
  });

  expect(request?.url).toBe('/a%2Fb?x=1&y=%20');
  expect({ ...request?.headers }).toEqual({
    authorization: 'Bearer t',
    cookie: 'a=1',
    'accept-encoding': 'gzip, deflate',
    'x-custom': 'c',
    host: 'api1.execute-api.us-east-1.amazonaws.com',
    'user-agent': 'Amazon CloudFront',
    'x-forwarded-for': '10.0.0.1, 192.0.2.1',
    via: '1.1 proxy, 1.1 edfdvbd6example.cloudfront.net (CloudFront)',
    'x-amz-cf-id': expect.stringMatching(/^[\w-]{54}==$/),
  });
});

test('without an origin request policy only what the cache policy names goes on', async () => {
  const behaviour = { CachePolicyId: 'mine', OriginRequestPolicyId: undefined };
  const policies = {
    'AWS::CloudFront::CachePolicy': {
      mine: {
        CachePolicyConfig: {
          MinTTL: 0,
          MaxTTL: 60,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: true,
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Tenant'] },
            CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['lang'] },
            QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['page', 'q q'] },
          },
        },
      },
    },
  };
  const request = await forwarded({ behaviour, policies }, '/a?x=1&page=2&q%20q=%C3%A9&page=3', {
    headers: {
      'x-tenant': 't',
      authorization: 'x',
      cookie: 'id=5; lang=de',
      'user-agent': 'curl',
      'accept-encoding': 'br, gzip;q=0.5',
      'content-type': 'text/plain',
    },
  });

  expect(request?.url).toBe('/a?page=2&q%20q=%C3%A9&page=3');
  expect({ ...request?.headers }).toEqual({
    'x-tenant': 't',
    cookie: 'lang=de',
    'user-agent': 'Amazon CloudFront',
    'accept-encoding': 'gzip',
    'content-type': 'text/plain',
    host: 'api1.execute-api.us-east-1.amazonaws.com',
    via: expect.any(String),
    'x-amz-cf-id': expect.any(String),
    'x-forwarded-for': '192.0.2.1',
  });
});

test("CloudFront's own headers go on where the policy names them", async () => {
  const behaviour = { OriginRequestPolicyId: 'mine' };
  const policies = {
    'AWS::CloudFront::OriginRequestPolicy': {
      mine: {
        OriginRequestPolicyConfig: {
          HeadersConfig: {
            HeaderBehavior: 'allViewerAndWhitelistCloudFront',
            Headers: ['CloudFront-Viewer-Address', 'CloudFront-Forwarded-Proto'],
          },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['debug'] },
        },
      },
    },
  };
  const headers = { host: 'api1.execute-api.us-east-1.amazonaws.com', cookie: 'a=1' };
  const request = await forwarded({ behaviour, policies }, '/?debug=1&a=2', { headers });

  expect(request?.url).toBe('/?a=2');
  expect(request?.headers).toMatchObject({
    'cloudfront-viewer-address': '192.0.2.1:0',
    'cloudfront-forwarded-proto': 'https',
  });
  expect(request?.headers).not.toHaveProperty('cookie');
});

test("an API refuses the viewer's host, as API Gateway does", async () => {
  const { send, received } = await createTestDistribution({
    behaviour: { OriginRequestPolicyId: ALL_VIEWER },
  });

  expect(await send('/')).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  expect(received).toEqual([]);
});

test('the first pattern that fits decides, with regard to case', async () => {
  const Origins = ['one', 'two', 'rest'].map((Id) => ({
    Id,
    DomainName: 'shop.example.invalid',
    OriginPath: `/${Id}`,
  }));
  const { send, received } = await createTestDistribution({
    config: {
      Origins,
      CacheBehaviors: [
        { ...open, PathPattern: '/img/?.png', TargetOriginId: 'one' },
        { ...open, PathPattern: 'img/*', TargetOriginId: 'two' },
      ],
      DefaultCacheBehavior: { ...open, TargetOriginId: 'rest' },
    },
  });
  const wayOf = async (url: string) => {
    await send(url);
    return received.at(-1)?.url;
  };

  expect(await wayOf('/img/a.png?x=1')).toBe('/one/img/a.png?x=1');
  expect(await wayOf('/img/ab.png')).toBe('/two/img/ab.png');
  expect(await wayOf('/IMG/a.png')).toBe('/rest/IMG/a.png');
  expect(await wayOf('/img')).toBe('/rest/img');
  // Matched as it is meant, forwarded as it was sent.
  expect(await wayOf('/x/../img//a.png')).toBe('/one/x/../img//a.png');
});

test("a method that is not allowed gets CloudFront's own page", async () => {
  const { send, received } = await createTestDistribution();

  for (const method of ['POST', 'DELETE', 'TRACE']) {
    const { status, headers, body } = await send('/', { method });
    expect(status).toBe(403);
    expect(headers).toMatchObject({ 'x-cache': 'Error from cloudfront', server: 'CloudFront' });
    expect(body).toContain('This distribution is not configured to allow the HTTP request method');
  }
  expect(received).toEqual([]);
});

test.each([
  ['a URL of 8,193 bytes', `/${'x'.repeat(8192)}`, 413],
  ['no path', '*', 400],
])('%s is refused at the edge', async (_, url, status) => {
  const { send, received } = await createTestDistribution();

  expect((await send(url)).status).toBe(status);
  expect(received).toEqual([]);
  expect((await send(`/${'x'.repeat(8191)}`)).status).toBe(200);
});

test('an answer tells which way it came', async () => {
  const { send } = await createTestDistribution({ answer: () => ({ headers: { via: 'mine', 'x-a': 'b' } }) });

  const { headers } = await send('/');
  expect(headers).toEqual({
    'x-a': 'b',
    'x-cache': 'Miss from cloudfront',
    via: '1.1 edfdvbd6example.cloudfront.net (CloudFront)',
    'x-amz-cf-id': expect.any(String),
  });
});

const secret = (SecretString: string) => (_: unknown, prefix: string, action: string, input: unknown) => {
  if (prefix !== 'secretsmanager' || action !== 'GetSecretValue') throw new Error('no');
  return { SecretString, input };
};

const withHeader = (HeaderValue: string, SecretString = '') => ({
  call: secret(SecretString),
  config: {
    Origins: [
      {
        Id: 'shop',
        DomainName: 'shop.example.invalid',
        OriginCustomHeaders: [{ HeaderName: 'X-Origin-Verify', HeaderValue }],
      },
    ],
  },
});

test.each([
  ['plain', ''],
  ['{{resolve:secretsmanager:edge/verify}}', 'plain'],
  ['{{resolve:secretsmanager:edge/verify:SecretString}}', 'plain'],
  ['{{resolve:secretsmanager:edge/verify:SecretString:value}}', '{"value":"plain"}'],
  [
    '{{resolve:secretsmanager:arn:aws:secretsmanager:x:1:secret:v-AbCdEf:SecretString:value::}}',
    '{"value":"plain"}',
  ],
  ['pl{{resolve:secretsmanager:edge/verify:SecretString:value:AWSCURRENT}}n', '{"value":"ai"}'],
])('the custom header %s takes the place of what the viewer sent', async (value, secretString) => {
  const request = await forwarded(withHeader(value, secretString), '/', {
    headers: { 'x-origin-verify': 'forged' },
  });

  expect(request?.headers['x-origin-verify']).toBe('plain');
});

test('the secret of a custom header is asked for by its id, stage and version', async () => {
  const asked: unknown[] = [];
  const id = 'arn:aws:secretsmanager:us-east-1:0:secret:v-AbCdEf';
  await createTestDistribution({
    ...withHeader(`{{resolve:secretsmanager:${id}:SecretString::AWSPENDING:v1}}`),
    call: (...input) => {
      asked.push(input);
      return { SecretString: 'x' };
    },
  });

  expect(asked).toEqual([
    [
      { kind: 'root' },
      'secretsmanager',
      'GetSecretValue',
      { SecretId: id, VersionStage: 'AWSPENDING', VersionId: 'v1' },
    ],
  ]);
});

test.each([
  ['{{resolve:ssm-secure:x}}', '', 'only {{resolve:secretsmanager:…}} is resolved here'],
  ['{{resolve:secretsmanager:x:SecretString:key}}', 'text', 'the secret has no JSON key "key"'],
  ['{{resolve:secretsmanager:x}}', 'a\nb', 'has a value that no header can have'],
])('the custom header %s does not start', async (value, secretString, message) => {
  await expect(createTestDistribution(withHeader(value, secretString))).rejects.toThrow(message);
});

test('a secret that is not there does not start', async () => {
  const call = () => {
    throw new Error("can't find the specified secret.");
  };
  await expect(
    createTestDistribution({ ...withHeader('{{resolve:secretsmanager:x}}'), call }),
  ).rejects.toThrow(
    "edge: origin shop: header X-Origin-Verify: {{resolve:secretsmanager:x}} can't be resolved",
  );
});

test.each([
  [{ behaviour: { TargetOriginId: 'other' } }, 'behaviour default leads to the origin "other"'],
  [{ behaviour: { CachePolicyId: 'x' } }, 'has the CachePolicyId "x", which is unknown here'],
  [{ behaviour: { CachePolicyId: undefined } }, 'has the CachePolicyId "undefined"'],
  [{ behaviour: { OriginRequestPolicyId: 'x' } }, 'has the OriginRequestPolicyId "x"'],
  [{ behaviour: { ResponseHeadersPolicyId: 'x' } }, 'has the ResponseHeadersPolicyId "x"'],
  [
    { config: { Origins: [{ Id: 'shop', DomainName: 'a.example' }] } },
    'leads to a.example, which is none of the APIs',
  ],
])('the distribution with %j does not start', async (options, message) => {
  await expect(createTestDistribution(options)).rejects.toThrow(message);
});

test('functions at the edge are warned about', async () => {
  const { log } = await createTestDistribution({ behaviour: { FunctionAssociations: [{}] } });

  expect(log.lines).toEqual(["warn edge: behaviour default functions at the edge don't run here"]);
});

test('whose token a read carries stays at the edge where no policy asks for it; a write keeps its own', async () => {
  const policies = {
    'AWS::CloudFront::OriginRequestPolicy': {
      none: {
        OriginRequestPolicyConfig: {
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        },
      },
    },
  };
  const { send, received } = await createTestDistribution({
    policies,
    behaviour: {
      OriginRequestPolicyId: 'none',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    },
  });
  for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']) {
    await send('/', { method, headers: { authorization: 'Bearer token' } });
  }
  expect(received.map(({ method, headers }) => [method, headers.authorization])).toEqual([
    ['GET', undefined],
    ['HEAD', undefined],
    ['PUT', 'Bearer token'],
    ['POST', 'Bearer token'],
    ['DELETE', 'Bearer token'],
  ]);
});
