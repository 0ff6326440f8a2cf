import { expect, test } from '@jest/globals';
import type { HttpAnswer } from '../http-api/http.ts';
import { createTestDistribution } from './test-distribution.ts';

const answerWith = async (
  config: object | string,
  headers: HttpAnswer['headers'] = {},
  request: { method?: string; headers?: Record<string, string> } = {},
) => {
  const { send } = await createTestDistribution({
    answer: () => ({ headers }),
    behaviour: {
      ResponseHeadersPolicyId: typeof config === 'string' ? config : 'mine',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
    },
    policies: {
      'AWS::CloudFront::ResponseHeadersPolicy': { mine: { ResponseHeadersPolicyConfig: config } },
    },
  });
  const answer = await send('/', request);
  const { via, 'x-amz-cf-id': id, 'x-cache': cache, ...rest } = answer.headers;
  expect([via, id, cache]).not.toContain(undefined);
  return rest;
};

test('security headers are set as the policy words them', async () => {
  const headers = await answerWith({
    SecurityHeadersConfig: {
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 100,
        IncludeSubdomains: true,
        Preload: true,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
      XSSProtection: { Protection: true, ModeBlock: true, Override: true },
    },
  });

  expect(headers).toEqual({
    'strict-transport-security': 'max-age=100; includeSubDomains; preload',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'self'",
    'x-xss-protection': '1; mode=block',
  });
});

test('the managed policy for security headers leaves what the origin set, but for one', async () => {
  const headers = await answerWith('67f7725c-6f97-4210-82d7-5512b31e9d03', {
    'x-frame-options': 'DENY',
    'x-content-type-options': 'other',
  });

  expect(headers).toEqual({
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=31536000',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-xss-protection': '1; mode=block',
  });
});

test('headers are added, replaced and removed', async () => {
  const Items = [
    { Header: 'X-New', Value: '1', Override: false },
    { Header: 'X-Kept', Value: '2', Override: false },
    { Header: 'X-Replaced', Value: '3', Override: true },
  ];
  const config = { CustomHeadersConfig: { Items }, RemoveHeadersConfig: { Items: [{ Header: 'Server' }] } };
  const origin = { 'x-kept': 'old', 'x-replaced': 'old', server: 'x' };

  expect(await answerWith(config, origin)).toEqual({ 'x-new': '1', 'x-kept': 'old', 'x-replaced': '3' });
});

const cors = (OriginOverride: boolean, origins: string[]) => ({
  CorsConfig: {
    AccessControlAllowOrigins: { Items: origins },
    AccessControlAllowHeaders: { Items: ['authorization'] },
    AccessControlAllowMethods: { Items: ['ALL'] },
    AccessControlExposeHeaders: { Items: ['etag'] },
    AccessControlAllowCredentials: false,
    AccessControlMaxAgeSec: 600,
    OriginOverride,
  },
});

test('CORS headers go to origins that the policy allows', async () => {
  const from = (origin: string, method = 'GET') => ({ method, headers: { origin } });
  const config = cors(true, ['https://*.example']);

  expect(await answerWith(config, {}, from('https://a.example'))).toEqual({
    'access-control-allow-origin': 'https://a.example',
    'access-control-expose-headers': 'etag',
    vary: 'Origin',
  });
  expect(await answerWith(cors(true, ['*']), {}, from('https://x', 'OPTIONS'))).toEqual({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'etag',
    'access-control-allow-methods': 'GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS',
    'access-control-allow-headers': 'authorization',
    'access-control-max-age': '600',
  });
  expect(await answerWith(config, {}, from('https://a.other'))).toEqual({});
  expect(await answerWith(config)).toEqual({});
});

test("the origin's own CORS headers stand unless the policy overrides them", async () => {
  const own = { 'access-control-allow-origin': 'https://own' };
  const request = { headers: { origin: 'https://x' } };

  expect(await answerWith(cors(false, ['*']), own, request)).toEqual(own);
  expect(await answerWith(cors(true, ['*']), own, request)).toMatchObject({
    'access-control-allow-origin': '*',
  });
});
