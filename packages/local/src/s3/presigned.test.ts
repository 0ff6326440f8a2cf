import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessKeyOf } from '../iam/credentials.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const under = (path: string) => ({ 'Fn::Sub': `\${Images.Arn}/${path}` });

const modulePath = createRequire(import.meta.url).resolve;

/** As a service would write it: a client without options, and whatever the environment says. */
const source = `
import { GetObjectCommand, PutObjectCommand, S3Client } from '${modulePath('@aws-sdk/client-s3')}';
import { getSignedUrl } from '${modulePath('@aws-sdk/s3-request-presigner')}';
const s3 = new S3Client({});
export const handler = async () => {
  const object = { Bucket: 'images', Key: 'products/own.txt' };
  await s3.send(new PutObjectCommand({ ...object, Body: 'by a function' }));
  return getSignedUrl(s3, new GetObjectCommand(object));
};`;

const shop = packageForTest({
  functions: { sign: source },
  resources: {
    Images: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'images',
        CorsConfiguration: {
          CorsRules: [
            {
              AllowedOrigins: ['https://*.shop.example'],
              AllowedMethods: ['PUT', 'GET'],
              AllowedHeaders: ['content-*'],
              ExposedHeaders: ['ETag'],
              MaxAge: 600,
            },
          ],
        },
      },
    },
    ...functionForTest('sign', {
      Timeout: 30,
      MemorySize: 512,
      allow: [
        ['s3:PutObject', under('products/*')],
        ['s3:GetObject', under('*')],
      ],
    }),
  },
});

let local: LocalCloud;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 's3-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log: recordingLog() });
});
afterAll(() => local.stop());

/** As the function's own client: no options but those that its environment gives it. */
const client = (secretAccessKey = 'local') =>
  new S3Client({
    region: 'us-east-1',
    endpoint: local.endpoint,
    // A checksum in the URL would be that of no body at all.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: {
      accessKeyId: accessKeyOf('emporium-shop-local-sign'),
      secretAccessKey,
      sessionToken: 'local',
    },
  });

const urlToPut = (Key: string, options: { expiresIn?: number; signingDate?: Date } = {}, from = client()) =>
  getSignedUrl(from, new PutObjectCommand({ Bucket: 'images', Key, ContentType: 'image/png' }), {
    signableHeaders: new Set(['content-type']),
    ...options,
  });

const upload = (url: string, headers: Record<string, string> = { 'content-type': 'image/png' }) =>
  fetch(url, { method: 'PUT', body: 'pixels', headers });

const refusal = async (response: Response) => {
  const text = await response.text();
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}: ${/<Message>(.*)<\/Message>/.exec(text)?.[1]}`;
};

test('whoever has the URL uploads, and another URL shows what came', async () => {
  const { status } = await upload(await urlToPut('products/a (1)+ü.png'));
  expect(status).toBe(200);
  const command = new GetObjectCommand({
    Bucket: 'images',
    Key: 'products/a (1)+ü.png',
    ResponseContentDisposition: 'attachment; filename="a.png"',
  });
  const response = await fetch(await getSignedUrl(client(), command));
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.png"');
  expect(await response.text()).toBe('pixels');
});

test('a function with a plain client writes, and hands out a URL', async () => {
  const { payload, functionError } = await local.cloud.invoke('emporium-shop-local-sign', {});
  expect([functionError, payload]).toEqual([undefined, expect.stringMatching(/^"http:/)]);
  const response = await fetch(JSON.parse(payload));
  expect(await response.text()).toBe('by a function');
});

const does = 'The request signature we calculated does not match the signature you provided';

test('a URL is good for what was signed only', async () => {
  const url = await urlToPut('products/b.png');
  const changed = [
    upload(url.replace('b.png', 'c.png')),
    upload(url.replace('Expires=900', 'Expires=9000')),
    upload(`${url}&versionId=x`),
    upload(url, { 'content-type': 'text/html' }),
    upload(url.replace(/Signature=.{8}/, 'Signature=00000000')),
    upload(await urlToPut('products/b.png', {}, client('guessed'))),
    fetch(url),
  ];
  for (const response of await Promise.all(changed))
    expect(await refusal(response)).toMatch(new RegExp(`^403 SignatureDoesNotMatch: ${does}`));
  expect(await refusal(await upload(url.replace(/&X-Amz-Signature=[^&]+/, '')))).toMatch(
    /^400 AuthorizationQueryParametersError/,
  );
  expect(await refusal(await upload(url, { 'content-type': 'image/png', 'x-amz-acl': 'public' }))).toBe(
    '403 AccessDenied: There were headers present in the request which were not signed',
  );
});

test('a URL ends when it says, and lasts a week at most', async () => {
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000);
  const signed = (signingDate: Date, expiresIn = 60) =>
    urlToPut('products/b.png', { signingDate, expiresIn }).then((url) => upload(url));
  expect((await signed(at(50))).status).toBe(200);
  expect(await refusal(await signed(at(62)))).toBe('403 AccessDenied: Request has expired');
  expect(await refusal(await signed(at(-1000)))).toBe('403 AccessDenied: Request is not valid yet');
  const url = await urlToPut('products/b.png');
  expect(await refusal(await upload(url.replace('Expires=900', 'Expires=604801')))).toMatch(
    /^400 AuthorizationQueryParametersError: X-Amz-Expires must be less than a week/,
  );
  expect(await refusal(await upload(url.replace(/&X-Amz-Expires=900/, '')))).toMatch(
    /^400 AuthorizationQueryParametersError: Query-string authentication version 4 requires/,
  );
});

test('who signed may do no more than its role', async () => {
  expect(await refusal(await upload(await urlToPut('others/b.png')))).toMatch(
    /^403 AccessDenied: User: .*\/emporium-shop-local-sign is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::images\/others\/b.png/,
  );
});

test('the bucket may stand in the host, as on AWS', async () => {
  const port = new URL(local.endpoint).port;
  const from = new S3Client({
    region: 'us-east-1',
    endpoint: `http://localhost:${port}`,
    credentials: {
      accessKeyId: accessKeyOf('emporium-shop-local-sign'),
      secretAccessKey: 'local',
    },
  });
  await upload(await urlToPut('products/f'));
  const url = new URL(
    await getSignedUrl(from, new GetObjectCommand({ Bucket: 'images', Key: 'products/f' })),
  );
  expect(url.host).toBe(`images.localhost:${port}`);
  // Not by fetch, which lets nobody set the host: that name may lead nowhere on this machine.
  const request = get({
    host: '127.0.0.1',
    port,
    path: url.pathname + url.search,
    headers: { host: url.host },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect([response.statusCode, Buffer.concat(await response.toArray()).toString()]).toEqual([200, 'pixels']);
});

test('an upload has to fit a checksum in the URL', async () => {
  const from = client();
  const command = new PutObjectCommand({ Bucket: 'images', Key: 'products/d', ChecksumSHA256: 'AAAA' });
  expect(await refusal(await upload(await getSignedUrl(from, command), {}))).toMatch(/^400 BadDigest/);
});

test('a browser may upload where the bucket’s rules let its page', async () => {
  const url = await urlToPut('products/e.png');
  const ask = (origin: string, method = 'PUT', headers = 'content-type') =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });
  const allowed = await ask('https://www.shop.example');
  expect(allowed.status).toBe(200);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': 'https://www.shop.example',
    'access-control-allow-methods': 'PUT, GET',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
  for (const response of [
    await ask('https://evil.example'),
    await ask('https://www.shop.example', 'DELETE'),
    await ask('https://www.shop.example', 'PUT', 'x-other'),
  ])
    expect(await refusal(response)).toMatch(/^403 AccessForbidden/);
  const uploaded = await upload(url, { 'content-type': 'image/png', origin: 'https://www.shop.example' });
  expect(uploaded.headers.get('access-control-allow-origin')).toBe('https://www.shop.example');
  expect(uploaded.headers.get('access-control-expose-headers')).toBe('ETag');
});
