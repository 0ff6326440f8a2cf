import { expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { CACHING_OPTIMIZED, createTestDistribution } from './test-distribution.ts';

const page = {
  Body: Buffer.from('<p>hello'),
  ContentType: 'text/html',
  CacheControl: 'max-age=60',
  ETag: '"v1"',
  LastModified: new Date(0),
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
    body: page.Body,
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

test('a viewer that has the object gets no body again', async () => {
  const { send } = await site({ x: page });

  expect(await send('/x', { headers: { 'if-none-match': '"v1"' } })).toMatchObject({ status: 304, body: '' });
});
