import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectToken } from './token.ts';

const before = { ...process.env };
beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  process.env.AWS_SESSION_TOKEN = 'session/+=token';
});
afterAll(() => {
  process.env = before;
});

const now = new Date('2026-01-02T03:04:05.000Z');
const request = {
  cacheName: 'emporium-orders-prod-cache',
  user: 'emporium-orders-prod-cache',
  region: 'eu-central-1',
};

test('is a signed request to connect, without its scheme', async () => {
  const token = await connectToken(request, now);

  expect(token.startsWith('emporium-orders-prod-cache/?')).toBe(true);
  expect(Object.fromEntries(new URL(`http://${token}`).searchParams)).toEqual({
    Action: 'connect',
    User: 'emporium-orders-prod-cache',
    ResourceType: 'ServerlessCache',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIDEXAMPLE/20260102/eu-central-1/elasticache/aws4_request',
    'X-Amz-Date': '20260102T030405Z',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session/+=token',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('the signature is the one that Signature Version 4 asks for', async () => {
  const token = await connectToken(request, now);
  const parameters = [...new URL(`http://${token}`).searchParams];
  const canonical = parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonicalRequest = `GET\n/\n${canonical}\nhost:${request.cacheName}\n\nhost\n${sha256('')}`;
  const scope = '20260102/eu-central-1/elasticache/aws4_request';
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), 'AWS4secret');
  const expected = hmac(key, `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${sha256(canonicalRequest)}`);

  expect(new URL(`http://${token}`).searchParams.get('X-Amz-Signature')).toBe(expected.toString('hex'));
});
