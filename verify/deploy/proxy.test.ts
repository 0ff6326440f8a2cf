import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startProxy } from './proxy.ts';

let server: Server;
let got: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }[];
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeEach(async () => {
  got = [];
  server = createServer(async (request, answer) => {
    const { method = '', url = '', headers } = request;
    got.push({ method, url, headers, body: Buffer.concat(await request.toArray()) });
    answer.writeHead(418, { etag: 'tea' }).end('short and stout');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy({
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    adapt: (template) => {
      if (template === 'bad') throw new Error('<Cache> is referred to');
      return `${template}, adapted: ü`;
    },
  });
});

afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('passes on what is no template, byte by byte', async () => {
  const zip = Buffer.from([0, 255, 80, 75, 13, 10]);
  const answer = await fetch(`${proxy.url}/bucket/code.zip?x-id=PutObject`, {
    method: 'PUT',
    headers: { 'x-amz-checksum-crc32': 'abc', 'x-amz-meta-filesha256': 'def' },
    body: zip,
  });

  expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([
    418,
    'tea',
    'short and stout',
  ]);
  expect(got).toMatchObject([
    {
      method: 'PUT',
      url: '/bucket/code.zip?x-id=PutObject',
      headers: { 'x-amz-checksum-crc32': 'abc' },
      body: zip,
    },
  ]);
});

test('adapts a template that is uploaded, and keeps what the framework notes of it', async () => {
  await fetch(
    `${proxy.url}/bucket/serverless/shop/dev/1-2026/compiled-cloudformation-template.json?x-id=PutObject`,
    {
      method: 'PUT',
      headers: { 'x-amz-checksum-crc32': 'abc', 'content-md5': 'abc', 'x-amz-meta-filesha256': 'def' },
      body: '{}',
    },
  );

  expect(String(got[0]?.body)).toBe('{}, adapted: ü');
  expect(got[0]?.headers).toMatchObject({ 'x-amz-meta-filesha256': 'def', 'content-length': '15' });
  expect(Object.keys(got[0]?.headers ?? {})).not.toContain('x-amz-checksum-crc32');
  expect(Object.keys(got[0]?.headers ?? {})).not.toContain('content-md5');
});

test('adapts a template within a call', async () => {
  const body = new URLSearchParams({
    Action: 'CreateChangeSet',
    TemplateBody: '{"a": "b&c"}',
    StackName: 's',
  });
  await fetch(proxy.url, { method: 'POST', body });

  expect(Object.fromEntries(new URLSearchParams(String(got[0]?.body)))).toEqual({
    Action: 'CreateChangeSet',
    TemplateBody: '{"a": "b&c"}, adapted: ü',
    StackName: 's',
  });
});

test('a template that can’t be adapted is refused in CloudFormation’s words', async () => {
  const body = new URLSearchParams({ Action: 'CreateChangeSet', TemplateBody: 'bad' });
  const answer = await fetch(proxy.url, { method: 'POST', body });

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(
    '<Code>ValidationError</Code><Message>&#60;Cache&#62; is referred to</Message>',
  );
  expect(got).toEqual([]);
});
