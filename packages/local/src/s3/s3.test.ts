import { existsSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessKeyOf } from '../iam/credentials.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { credentialsOf, fetchSigned } from '../test-signing.ts';

const bucketArn = { 'Fn::GetAtt': ['Files', 'Arn'] };
const under = (path: string) => ({ 'Fn::Sub': `\${Files.Arn}/${path}` });

const shop = packageForTest({
  resources: {
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
    Versions: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'versions', VersioningConfiguration: { Status: 'Enabled' } },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Files' },
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudfront.amazonaws.com' },
              Action: 's3:GetObject',
              Resource: under('*'),
            },
          ],
        },
      },
    },
    ...functionForTest('read', { allow: [['s3:GetObject', under('public/*')]] }),
    ...functionForTest('list', {
      allow: [
        ['s3:GetObject', under('*')],
        ['s3:ListBucket', bucketArn],
        ['s3:DeleteObject', under('public/*')],
      ],
    }),
  },
});

const dataFolder = mkdtempSync(join(tmpdir(), 's3-'));
const begin = () => startLocal({ templates: [shop], dataFolder, port: 0, log: recordingLog() });
let local: LocalCloud;
let s3: S3Client;

const clientFor = (accessKeyId: string) =>
  new S3Client({
    region: 'us-east-1',
    endpoint: local.endpoint,
    maxAttempts: 1,
    credentials: credentialsOf(accessKeyId),
  });

beforeAll(async () => {
  local = await begin();
  s3 = clientFor('local');
});
afterAll(() => local.stop());

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
) => s3.send(new PutObjectCommand({ Bucket: 'files', Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket: 'files', Key, ...more }));
const text = async (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  (await get(Key, more)).Body?.transformToString();
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing failed',
    ({ name, $metadata }) => `${name} ${$metadata?.httpStatusCode}`,
  );

test('an object comes back as it went in: content, type, metadata, checksum', async () => {
  const { ETag } = await put('a folder/ünï+(code)&.txt', 'hello', {
    ContentType: 'text/plain',
    CacheControl: 'max-age=60',
    Metadata: { colour: 'blue' },
  });
  expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const found = await get('a folder/ünï+(code)&.txt');
  expect(found).toMatchObject({
    ContentType: 'text/plain',
    ContentLength: 5,
    CacheControl: 'max-age=60',
    Metadata: { colour: 'blue' },
    ETag,
    ChecksumCRC32: 'NhCmhg==',
    ServerSideEncryption: 'AES256',
  });
  expect(await found.Body?.transformToString()).toBe('hello');
  expect(
    await s3.send(new HeadObjectCommand({ Bucket: 'files', Key: 'a folder/ünï+(code)&.txt' })),
  ).toMatchObject({ ContentLength: 5, ETag });
});

test('a key may look like a path with dots', async () => {
  await put('dots/../key', 'dotted');
  expect(await text('dots/../key')).toBe('dotted');
  expect(await failure(get('key'))).toBe('NoSuchKey 404');
});

test('a stream, which the SDK sends in signed chunks with a trailer, is stored without them', async () => {
  await put('stream', Readable.from(['abc', 'def']), { ContentLength: 6, ContentEncoding: 'identity' });
  expect(await get('stream')).toMatchObject({ ContentEncoding: 'identity', ChecksumCRC32: 'S4457w==' });
  expect(await text('stream')).toBe('abcdef');
});

test.each(['CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('%s is checked', async (ChecksumAlgorithm) => {
  await put('summed', 'hello', { ChecksumAlgorithm });
  expect(await text('summed')).toBe('hello');
  const wrong = { [`Checksum${ChecksumAlgorithm}`]: Buffer.from('12345678').toString('base64') };
  expect(await failure(put('wrong', 'hello', wrong))).toMatch(/^(BadDigest|InvalidRequest) 400$/);
  expect(await failure(get('wrong'))).toBe('NoSuchKey 404');
});

test('ranges', async () => {
  await put('digits', '0123456789');
  const ranged = async (Range: string) => {
    const { ContentRange, Body } = await get('digits', { Range });
    return [ContentRange, await Body?.transformToString()];
  };
  expect(await ranged('bytes=2-4')).toEqual(['bytes 2-4/10', '234']);
  expect(await ranged('bytes=7-')).toEqual(['bytes 7-9/10', '789']);
  expect(await ranged('bytes=-2')).toEqual(['bytes 8-9/10', '89']);
  expect(await ranged('bytes=-20')).toEqual(['bytes 0-9/10', '0123456789']);
  expect(await ranged('bytes=5-99')).toEqual(['bytes 5-9/10', '56789']);
  expect(await ranged('lines=1-2')).toEqual([undefined, '0123456789']);
  expect(await failure(get('digits', { Range: 'bytes=10-' }))).toBe('InvalidRange 416');
});

test('conditions of reads, and headers of the reader’s choice', async () => {
  const { ETag = '' } = await put('conditional', 'x');
  const past = new Date(0);
  expect(await failure(get('conditional', { IfNoneMatch: ETag }))).toBe('Unknown 304');
  expect(await failure(get('conditional', { IfModifiedSince: new Date() }))).toBe('Unknown 304');
  expect(await failure(get('conditional', { IfMatch: '"other"' }))).toBe('PreconditionFailed 412');
  expect(await failure(get('conditional', { IfUnmodifiedSince: past }))).toBe('PreconditionFailed 412');
  expect(await text('conditional', { IfMatch: ETag, IfUnmodifiedSince: past })).toBe('x');
  expect(await get('conditional', { ResponseContentType: 'text/csv' })).toMatchObject({
    ContentType: 'text/csv',
  });
});

test('of many writers that each want to be the first, one is', async () => {
  const writes = Array.from({ length: 8 }, (_, index) => put('race', `${index}`, { IfNoneMatch: '*' }));
  const outcomes = await Promise.all(writes.map((write) => failure(write)));
  expect(outcomes.filter((outcome) => outcome === 'nothing failed')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed 412')).toHaveLength(7);

  const { ETag = '' } = await get('race');
  await put('race', 'next', { IfMatch: ETag });
  expect(await failure(put('race', 'late', { IfMatch: ETag }))).toBe('PreconditionFailed 412');
  expect(await failure(put('nothing', 'x', { IfMatch: ETag }))).toBe('NoSuchKey 404');
  // What was refused has left no file behind, and neither has what was replaced.
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'files' }));
  expect(readdirSync(join(dataFolder, 's3'))).toHaveLength(Contents.length);
});

test('lists by prefix and delimiter, page by page, in the order of UTF-8', async () => {
  for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'z', 'é', '￿', '😀']) await put(`list/${key}`, key);
  const list = async (more: object) => {
    const answer = await s3.send(new ListObjectsV2Command({ Bucket: 'files', Prefix: 'list/', ...more }));
    const keys = answer.Contents?.map(({ Key }) => Key?.slice(5)) ?? [];
    const prefixes = answer.CommonPrefixes?.map(({ Prefix }) => Prefix?.slice(5)) ?? [];
    return { ...answer, entries: [...keys, ...prefixes] };
  };
  expect((await list({})).entries).toEqual(['a', 'b/1', 'b/2', 'b/c/3', 'z', 'é', '￿', '😀']);
  expect((await list({ Delimiter: '/' })).entries).toEqual(['a', 'z', 'é', '￿', '😀', 'b/']);
  expect((await list({ StartAfter: 'list/b/2' })).entries).toEqual(['b/c/3', 'z', 'é', '￿', '😀']);
  const pages: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({ Delimiter: '/', MaxKeys: 2, ContinuationToken });
    pages.push(page.entries);
    expect(page.KeyCount).toBe(2);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(pages).toEqual([
    ['a', 'b/'],
    ['z', 'é'],
    ['￿', '😀'],
  ]);
});

test('copies, with the source’s metadata or with new ones', async () => {
  await put('original', 'text', { ContentType: 'text/plain', Metadata: { a: '1' } });
  const copy = (Key: string, more: object = {}) =>
    s3.send(new CopyObjectCommand({ Bucket: 'files', Key, CopySource: 'files/original', ...more }));
  expect((await copy('copied')).CopyObjectResult?.ETag).toBe((await get('original')).ETag);
  expect(await get('copied')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
  await copy('changed', { MetadataDirective: 'REPLACE', ContentType: 'text/html' });
  expect(await get('changed')).toMatchObject({ ContentType: 'text/html', Metadata: {} });
  expect(await text('changed')).toBe('text');
  expect(await failure(copy('original'))).toBe('InvalidRequest 400');
  expect(await failure(copy('x', { CopySource: 'files/none' }))).toBe('NoSuchKey 404');
});

test('deletes one, and many: what is not there is deleted just as well', async () => {
  // A key may hold what XML can't hold as it is.
  const odd = 'd/&<>"\'\r\n\t %41+';
  for (const key of ['d/1', 'd/2', odd]) await put(key, key);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'files', Prefix: 'd/&' }));
  expect(Contents?.map(({ Key }) => Key)).toEqual([odd]);
  await s3.send(new DeleteObjectCommand({ Bucket: 'files', Key: 'd/1' }));
  const Objects = ['d/2', odd, 'd/none'].map((Key) => ({ Key }));
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'files', Delete: { Objects } }));
  expect(Deleted).toHaveLength(3);
  for (const key of ['d/1', 'd/2', odd]) expect(await failure(get(key))).toBe('NoSuchKey 404');
});

test('an upload in parts becomes one object', async () => {
  const Bucket = 'files';
  const Key = 'parts';
  const part = Buffer.alloc(5 * 1024 * 1024, 'p');
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/csv', ChecksumAlgorithm: 'CRC32' }),
  );
  const upload = { Bucket, Key, UploadId };
  // In any order, and one of them twice.
  const last = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'end' }));
  await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'replaced' }));
  const first = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: part }));
  expect((await s3.send(new ListPartsCommand(upload))).Parts).toMatchObject([
    { PartNumber: 1, Size: part.length },
    { PartNumber: 2, Size: 3 },
  ]);
  const complete = (...Parts: { PartNumber: number; ETag: string | undefined }[]) =>
    s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  const [one, two] = [
    { PartNumber: 1, ETag: first.ETag },
    { PartNumber: 2, ETag: last.ETag },
  ];
  expect(await failure(complete(two, one))).toBe('InvalidPartOrder 400');
  expect(await failure(complete({ PartNumber: 3, ETag: last.ETag }))).toBe('InvalidPart 400');
  // Completed twice at once, it is one object all the same.
  const outcomes = await Promise.all([failure(complete(one, two)), failure(complete(one, two))]);
  expect(outcomes.sort()).toEqual(['OperationAborted 409', 'nothing failed']);
  expect(await get(Key, { Range: `bytes=${part.length - 1}-` })).toMatchObject({
    ContentType: 'text/csv',
    ContentLength: 4,
    ETag: expect.stringMatching(/^"[0-9a-f]{32}-2"$/),
  });
  expect(await failure(complete(one, two))).toBe('NoSuchUpload 404');
});

test('a bucket with versions keeps what is replaced or deleted', async () => {
  const Bucket = 'versions';
  const at = (more: object) => ({ Bucket, Key: 'doc', ...more });
  const first = await s3.send(new PutObjectCommand(at({ Body: 'one' })));
  const second = await s3.send(new PutObjectCommand(at({ Body: 'two' })));
  const marker = await s3.send(new DeleteObjectCommand(at({})));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
  expect(await failure(s3.send(new GetObjectCommand(at({}))))).toBe('NoSuchKey 404');
  const read = async (VersionId: string | undefined) =>
    (await s3.send(new GetObjectCommand(at({ VersionId })))).Body?.transformToString();
  expect([await read(first.VersionId), await read(second.VersionId)]).toEqual(['one', 'two']);
  expect(await failure(read(marker.VersionId))).toBe('MethodNotAllowed 405');
  expect(await failure(read('none'))).toBe('NoSuchVersion 404');

  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, first.VersionId]);
  expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
  // Without the marker the object is there again; without its newest version, the one before is.
  await s3.send(new DeleteObjectCommand(at({ VersionId: marker.VersionId })));
  expect(await read(undefined)).toBe('two');
  await s3.send(new DeleteObjectCommand(at({ VersionId: second.VersionId })));
  expect(await read(undefined)).toBe('one');
});

test('each function may do what its role says, and learns of nothing that it may not list', async () => {
  await put('public/a', 'a');
  await put('private', 'p');
  const reader = clientFor(accessKeyOf('emporium-shop-local-read'));
  const as = (client: S3Client, Key: string) =>
    failure(client.send(new GetObjectCommand({ Bucket: 'files', Key })));
  expect(await as(reader, 'public/a')).toBe('nothing failed');
  expect(await as(reader, 'private')).toBe('AccessDenied 403');
  expect(await as(reader, 'public/none')).toBe('AccessDenied 403');
  const lister = clientFor(accessKeyOf('emporium-shop-local-list'));
  expect(await as(lister, 'public/none')).toBe('NoSuchKey 404');
  const Objects = [{ Key: 'private' }, { Key: 'public/a' }];
  const deleted = await lister.send(new DeleteObjectsCommand({ Bucket: 'files', Delete: { Objects } }));
  expect(deleted).toMatchObject({
    Deleted: [{ Key: 'public/a' }],
    Errors: [{ Key: 'private', Code: 'AccessDenied' }],
  });
  expect(await as(clientFor('unknown'), 'public/a')).toBe('InvalidAccessKeyId 403');
});

test('a bucket’s policy lets a service in', async () => {
  await put('page', '<p>');
  const cdn = { kind: 'service', principal: 'cloudfront.amazonaws.com', sourceArn: 'arn:x' } as const;
  const answer = await local.cloud.call(cdn, 's3', 'GetObject', { Bucket: 'files', Key: 'page' });
  expect(answer).toMatchObject({ status: 200, body: Buffer.from('<p>') });
  await expect(
    local.cloud.call(cdn, 's3', 'DeleteObject', { Bucket: 'files', Key: 'page' }),
  ).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('what is not there, or not done here, is refused in S3’s words', async () => {
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([
    'files',
    'versions',
  ]);
  expect(await failure(s3.send(new HeadBucketCommand({ Bucket: 'none' })))).toBe('NotFound 404');
  expect(await failure(s3.send(new GetObjectCommand({ Bucket: 'none', Key: 'x' })))).toBe('NoSuchBucket 404');
  expect(await failure(put('k'.repeat(1025), 'x'))).toBe('KeyTooLongError 400');
  expect(await failure(put('meta', 'x', { Metadata: { long: 'x'.repeat(2048) } }))).toBe(
    'MetadataTooLarge 400',
  );
  expect(await failure(put('acl', 'x', { ACL: 'public-read' }))).toBe('AccessControlListNotSupported 400');
  expect(await failure(put('tagged', 'x', { Tagging: 'a=b' }))).toBe('NotImplemented 501');
  expect(await failure(put('big', Buffer.alloc(64 * 1024 * 1024 + 1)))).toBe('EntityTooLarge 400');
  const request = await fetchSigned(`${local.endpoint}/files/a?acl`, {
    service: 's3',
    method: 'GET',
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  expect([request.status, await request.text()]).toEqual([
    501,
    expect.stringContaining('<Code>NotImplemented</Code>'),
  ]);
});

test('what this machine fails at is an InternalError, and leaves nothing', async () => {
  await put('lost', 'x');
  const folder = join(dataFolder, 's3');
  const aside = `${folder}-aside`;
  renameSync(folder, aside);
  try {
    expect(await failure(get('lost'))).toBe('InternalError 500');
    expect(await failure(put('unwritten', 'x'))).toBe('InternalError 500');
  } finally {
    renameSync(aside, folder);
  }
  expect(await failure(get('unwritten'))).toBe('NoSuchKey 404');
  expect(await text('lost')).toBe('x');
});

test('objects outlive a restart; a file that a crash left behind does not', async () => {
  await put('kept', 'safe');
  await local.stop();
  const stray = join(dataFolder, 's3', 'stray');
  writeFileSync(stray, 'half');
  local = await begin();
  s3 = clientFor('local');
  expect(await text('kept')).toBe('safe');
  expect(existsSync(stray)).toBe(false);
});
