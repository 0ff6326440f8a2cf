import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { emptySite, uploadSite } from './site-upload.ts';
import { type Site, sitesOf, withSite } from './sites.ts';

const s3 = mockClient(S3Client);
const cloudFront = mockClient(CloudFrontClient);
const serviceDir = mkdtempSync(join(tmpdir(), 'site-'));
mkdirSync(join(serviceDir, 'site', 'api'), { recursive: true });
writeFileSync(join(serviceDir, 'site', 'index.html'), '<h1>Shop</h1>');
writeFileSync(join(serviceDir, 'site', 'api', 'orders.json'), '{}');
writeFileSync(join(serviceDir, 'site', '.hidden'), '');

const site = sitesOf(
  withSite({ Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } }, 'Bucket', serviceDir, 'site'),
).get('Bucket') as Site;
const upload = () => {
  const clients = { s3: new S3Client({}), cloudFront: new CloudFrontClient({}) };
  return uploadSite(site, { ...clients, serviceDir, bucket: 'b', distributionId: 'E1' });
};
const tag = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;
const stored = (objects: Record<string, string>) =>
  s3.on(ListObjectsV2Command).resolves({
    Contents: Object.entries(objects).map(([Key, text]) => ({ Key, ETag: tag(text) })),
  });

beforeEach(() => {
  s3.reset();
  cloudFront.reset();
});

test('an empty bucket gets every file, with its type; CloudFront forgets', async () => {
  stored({});
  expect(await upload()).toBe(2);
  const puts = s3
    .commandCalls(PutObjectCommand)
    .map(({ args: [{ input }] }) => ({ ...input, Body: String(input.Body) }));
  const common = { Bucket: 'b', CacheControl: 'public, max-age=60' };
  expect(puts).toEqual([
    { ...common, Key: 'api/orders.json', ContentType: 'application/json', Body: '{}' },
    { ...common, Key: 'index.html', ContentType: 'text/html; charset=utf-8', Body: '<h1>Shop</h1>' },
  ]);
  expect(cloudFront.commandCalls(CreateInvalidationCommand)[0]?.args[0].input).toMatchObject({
    DistributionId: 'E1',
    InvalidationBatch: { Paths: { Quantity: 1, Items: ['/*'] } },
  });
});

test('what has not changed is left alone, and nothing is forgotten for it', async () => {
  stored({ 'index.html': '<h1>Shop</h1>', 'api/orders.json': '{}' });
  expect(await upload()).toBe(0);
  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
  expect(cloudFront.calls()).toHaveLength(0);
});

test('what has changed is sent, and what is gone is removed', async () => {
  stored({ 'index.html': 'older', 'api/orders.json': '{}', 'api/gone.json': '{}' });
  expect(await upload()).toBe(2);
  expect(s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input.Key)).toEqual(['index.html']);
  expect(s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input.Key)).toEqual([
    'api/gone.json',
  ]);
});

test('before a removal the bucket is emptied', async () => {
  stored({ 'index.html': '', 'api/orders.json': '' });
  await emptySite({ s3: new S3Client({}), bucket: 'b' });
  expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(2);
});
