import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFrontClient,
  type CloudFrontServiceException,
  type DistributionConfig,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessKeyOf, secretAccessKey, sessionToken } from '../iam/credentials.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const ECHO = 'export const handler = async (event) => event.headers["x-origin-verify"] ?? "none";';
const DISTRIBUTION = { 'Fn::Sub': `arn:aws:cloudfront::000000000000:distribution/\${Distribution}` };

const template = packageForTest({
  functions: { echo: ECHO, rotate: ECHO },
  resources: {
    ...functionForTest('echo'),
    ...functionForTest('rotate', {
      allow: [
        ['cloudfront:GetDistribution', DISTRIBUTION],
        ['cloudfront:UpdateDistribution', DISTRIBUTION],
      ],
    }),
    HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['echoFunction', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['echoFunction', 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': `arn:aws:execute-api:us-east-1:000000000000:\${HttpApi}/*` },
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        RouteKey: 'GET /echo',
        Target: { 'Fn::Sub': `integrations/\${Integration}` },
      },
    },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'verify', SecretString: '007' } },
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Comment: 'a < b & c',
          HttpVersion: 'http2and3',
          IPV6Enabled: true,
          Aliases: ['shop.example', 'www.shop.example'],
          Origins: [
            {
              Id: 'shop',
              DomainName: { 'Fn::Sub': `\${HttpApi}.execute-api.us-east-1.amazonaws.com` },
              CustomOriginConfig: {
                OriginProtocolPolicy: 'https-only',
                OriginSSLProtocols: ['TLSv1.2'],
                OriginReadTimeout: 30,
              },
              OriginCustomHeaders: [
                {
                  HeaderName: 'x-origin-verify',
                  HeaderValue: { 'Fn::Sub': `{{resolve:secretsmanager:\${Secret}}}` },
                },
              ],
            },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'shop',
            ViewerProtocolPolicy: 'https-only',
            AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
            CachedMethods: ['GET', 'HEAD'],
            Compress: true,
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          },
          CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }],
        },
      },
    },
  },
});

let local: LocalCloud;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cloudfront-'));
  local = await startLocal({ templates: [template], dataFolder, port: 0, log: recordingLog() });
});
afterAll(() => local.stop());

const clientOf = (functionName?: string) =>
  new CloudFrontClient({
    endpoint: local.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials:
      functionName === undefined
        ? { accessKeyId: 'local', secretAccessKey }
        : { accessKeyId: accessKeyOf(functionName), secretAccessKey, sessionToken },
  });
const idOf = () => local.cloud.ofType('AWS::CloudFront::Distribution')[0]?.ref ?? '';
const get = async (client = clientOf()) => client.send(new GetDistributionConfigCommand({ Id: idOf() }));

const withValue = (config: DistributionConfig, HeaderValue: string): DistributionConfig => {
  const [origin] = config.Origins?.Items ?? [];
  const CustomHeaders = { Quantity: 1, Items: [{ HeaderName: 'x-origin-verify', HeaderValue }] };
  return { ...config, Origins: { Quantity: 1, Items: [{ ...origin, CustomHeaders } as never] } };
};

const codeOf = async (attempt: Promise<unknown>) => {
  try {
    await attempt;
  } catch (error) {
    const { name, message, $metadata } = error as CloudFrontServiceException;
    return { name, message, status: $metadata.httpStatusCode };
  }
  return undefined;
};

test('a distribution is told of as CloudFront tells it, the secret in its header read', async () => {
  const { Distribution, ETag } = await clientOf().send(new GetDistributionCommand({ Id: idOf() }));

  expect(ETag).toMatch(/^E[0-9A-F]{13}$/);
  expect(Distribution).toMatchObject({ Id: idOf(), Status: 'Deployed', LastModifiedTime: expect.any(Date) });
  expect(Distribution?.DistributionConfig).toMatchObject({
    CallerReference: idOf(),
    Comment: 'a < b & c',
    Enabled: true,
    IsIPV6Enabled: true,
    Aliases: { Quantity: 2, Items: ['shop.example', 'www.shop.example'] },
    Origins: {
      Quantity: 1,
      Items: [
        {
          CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'x-origin-verify', HeaderValue: '007' }] },
          CustomOriginConfig: {
            OriginReadTimeout: 30,
            OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
          },
        },
      ],
    },
    DefaultCacheBehavior: {
      Compress: true,
      AllowedMethods: {
        Quantity: 3,
        Items: ['GET', 'HEAD', 'OPTIONS'],
        CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
      },
    },
    CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }] },
  });
});

test('what was read can be written back, and is the same again', async () => {
  const before = await get();
  await clientOf().send(
    new UpdateDistributionCommand({
      Id: idOf(),
      IfMatch: before.ETag,
      DistributionConfig: before.DistributionConfig,
    }),
  );
  const after = await get();

  expect(after.DistributionConfig).toEqual(before.DistributionConfig);
  expect(after.ETag).not.toBe(before.ETag);
});

test('a changed header is sent by some locations first, and by all of them in the end', async () => {
  const sent = async () => (await fetch(`${local.url}/echo`)).text();
  const { ETag, DistributionConfig: config } = await get();
  const before = await sent();
  const client = clientOf('emporium-shop-local-rotate');
  const answer = await client.send(
    new UpdateDistributionCommand({
      Id: idOf(),
      IfMatch: ETag,
      DistributionConfig: withValue(config as DistributionConfig, '008'),
    }),
  );
  expect(answer.Distribution?.Status).toBe('InProgress');
  expect(new Set([await sent(), await sent()])).toEqual(new Set([before, '008']));
  await eventually(async () => {
    const { Distribution } = await client.send(new GetDistributionCommand({ Id: idOf() }));
    return Distribution?.Status === 'Deployed' || undefined;
  });
  expect([await sent(), await sent()]).toEqual(['008', '008']);
});

test('of two changes that were made of the same state, the second is refused', async () => {
  const { ETag, DistributionConfig } = await get();
  const update = (IfMatch: string | undefined) =>
    codeOf(clientOf().send(new UpdateDistributionCommand({ Id: idOf(), IfMatch, DistributionConfig })));

  expect(await Promise.all([update(ETag), update(ETag)])).toEqual([
    undefined,
    expect.objectContaining({ name: 'PreconditionFailed', status: 412 }),
  ]);
  expect(await update(undefined)).toMatchObject({ name: 'InvalidIfMatchVersion', status: 400 });
});

test('a change that leads nowhere is refused, and nothing of it happens', async () => {
  const { ETag, DistributionConfig: config } = await get();
  const behaviour = { ...config?.DefaultCacheBehavior, TargetOriginId: 'other' } as never;
  const DistributionConfig = { ...config, DefaultCacheBehavior: behaviour } as DistributionConfig;

  expect(
    await codeOf(
      clientOf().send(new UpdateDistributionCommand({ Id: idOf(), IfMatch: ETag, DistributionConfig })),
    ),
  ).toMatchObject({ name: 'InvalidArgument', status: 400 });
  expect(await get()).toMatchObject({ ETag, DistributionConfig: config });
});

test('a distribution that is not there, a caller that may not, a body that is none', async () => {
  expect(await codeOf(clientOf().send(new GetDistributionCommand({ Id: 'E1' })))).toMatchObject({
    name: 'NoSuchDistribution',
    message: 'The specified distribution does not exist.',
    status: 404,
  });
  expect(await codeOf(get(clientOf('emporium-shop-local-rotate')))).toMatchObject({
    name: 'AccessDenied',
    status: 403,
  });
  const input = { Id: idOf(), IfMatch: (await get()).ETag, Body: Buffer.from('<nonsense') };
  await expect(
    local.cloud.call({ kind: 'root' }, 'cloudfront', 'UpdateDistribution', input),
  ).rejects.toMatchObject({ code: 'MalformedInput' });
});
