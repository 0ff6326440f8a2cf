import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';
import { packageForTest } from '../test-cloud.ts';
import { CACHING_OPTIMIZED, createTestDistribution } from './test-distribution.ts';

/** The managed policy of that name. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

const page = {
  status: 200,
  headers: {
    'content-type': 'text/html',
    'cache-control': 'max-age=60',
    etag: '"v1"',
    'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  },
  body: Buffer.from('<p>hello'),
};

const site = async (
  objects: Record<string, unknown>,
  { isSigned = true, origin = {}, root = 'index.html' } = {},
) => {
  const asked: unknown[] = [];
  const distribution = await createTestDistribution({
    config: {
      Origins: [
        {
          Id: 'shop',
          DomainName: 'site.s3.eu-central-1.amazonaws.com',
          ...(isSigned && { OriginAccessControlId: 'oac' }),
          ...origin,
        },
      ],
      DefaultRootObject: root,
    },
    behaviour: { CachePolicyId: CACHING_OPTIMIZED, AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT'] },
    call: (caller, prefix, action, input) => {
      asked.push([caller, prefix, action, input]);
      const object = objects[(input as { Key: string }).Key];
      if (object instanceof Error) throw object;
      if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      return object;
    },
  });
  return { ...distribution, asked };
};

test("an object is read as the distribution's own, and cached", async () => {
  const { send, asked } = await site({ 'a b.html': page });

  const answer = await send('/a%20b.html?x=1');
  expect(answer).toMatchObject({
    status: 200,
    body: page.body,
    headers: {
      'content-type': 'text/html',
      'cache-control': 'max-age=60',
      etag: '"v1"',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      server: 'AmazonS3',
      'x-cache': 'Miss from cloudfront',
    },
  });
  expect((await send('/a%20b.html')).headers['x-cache']).toBe('Hit from cloudfront');
  expect(asked).toEqual([
    [
      {
        kind: 'service',
        principal: 'cloudfront.amazonaws.com',
        sourceArn: 'arn:aws:cloudfront::000000000000:distribution/EDFDVBD6EXAMPLE',
      },
      's3',
      'GetObject',
      { Bucket: 'site', Key: 'a b.html' },
    ],
  ]);
});

test('the root is the root object, below the path of the origin', async () => {
  const { send } = await site({ 'v1/index.html': page }, { origin: { OriginPath: '/v1' } });

  expect((await send('/')).status).toBe(200);
  expect((await send('/?utm=1')).status).toBe(200);
});

test('without a root object the root is an object like any other', async () => {
  const { send, asked } = await site({}, { root: '' });

  expect((await send('/')).status).toBe(404);
  expect(asked).toHaveLength(1);
});

test.each<[string, object, string, number, string]>([
  ['missing', {}, '/x', 404, 'NoSuchKey'],
  [
    'denied',
    { x: new AwsError('AccessDeniedException', 'User: … is not authorized', 400) },
    '/x',
    403,
    'AccessDenied',
  ],
  ['badly encoded', {}, '/%ff', 400, 'InvalidURI'],
])('an object that is %s is an error in XML', async (_, objects, url, status, code) => {
  const { send } = await site(objects as Record<string, unknown>);

  const answer = await send(url);
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/xml']);
  expect(answer.body).toContain(`<Code>${code}</Code>`);
});

test('without origin access control nothing is read', async () => {
  const { send, asked } = await site({ 'index.html': page }, { isSigned: false });

  expect((await send('/')).status).toBe(403);
  expect(asked).toEqual([]);
});

test('nothing is written through the edge', async () => {
  const { send, asked } = await site({});

  expect((await send('/x', { method: 'PUT' })).status).toBe(405);
  expect(asked).toEqual([]);
});

test('through the whole cloud: what S3 holds is served to those that the bucket lets in, whole or not at all', async () => {
  const bucketArn = { 'Fn::GetAtt': ['Site', 'Arn'] };
  const template = packageForTest({
    resources: {
      Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site' } },
      Access: { Type: 'AWS::CloudFront::OriginAccessControl', Properties: {} },
      SitePolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Site' },
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 's3:GetObject',
                Resource: { 'Fn::Join': ['', [bucketArn, '/public/*']] },
                Principal: { Service: 'cloudfront.amazonaws.com' },
                Condition: {
                  StringEquals: {
                    'aws:SourceArn': {
                      'Fn::Join': [
                        '',
                        ['arn:aws:cloudfront::000000000000:distribution/', { Ref: 'Distribution' }],
                      ],
                    },
                  },
                },
              },
            ],
          },
        },
      },
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Origins: [
              {
                Id: 'site',
                DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] },
                OriginAccessControlId: { 'Fn::GetAtt': ['Access', 'Id'] },
              },
            ],
            DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: CACHING_DISABLED },
          },
        },
      },
    },
  });
  const dataFolder = mkdtempSync(join(tmpdir(), 'site-'));
  const local = await startLocal({ templates: [template], dataFolder, port: 0, log: silentLog });
  try {
    for (const Key of ['public/page.html', 'private'])
      await local.cloud.call({ kind: 'root' }, 's3', 'PutObject', {
        Bucket: 'site',
        Key,
        Body: Buffer.from(`<p>${Key}`),
        ContentType: 'text/html',
      });
    const page = await fetch(`${local.url}/public/page.html`);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html',
      '<p>public/page.html',
    ]);
    const etag = page.headers.get('etag') ?? '';
    const again = await fetch(`${local.url}/public/page.html`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(`${local.url}/private`)).status).toBe(403);
  } finally {
    await local.stop();
  }
});
