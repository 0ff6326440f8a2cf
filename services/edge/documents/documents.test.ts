import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { siteFiles } from './site-files.ts';

const site = new URL('../site/', import.meta.url);

test('the site shows the APIs as they are: `npm run docs:api` writes it anew', async () => {
  const files = await siteFiles();
  for (const [name, text] of files) expect(readFileSync(new URL(name, site), 'utf8')).toBe(text);
  const known = readdirSync(new URL('api-documents/', site)).map((name) => `api-documents/${name}`);
  expect(known.filter((name) => !files.has(name))).toEqual([]);
});

test('a document has the routes, what they take and who may call', async () => {
  const document = JSON.parse((await siteFiles()).get('api-documents/orders.json') ?? '');
  const { post } = document.paths['/api/orders'];

  expect(document.openapi).toBe('3.1.0');
  expect(post.operationId).toBe('placeOrder');
  expect(post.security).toEqual([{ token: [] }]);
  expect(post.requestBody.content['application/json'].schema.properties).toHaveProperty('lines');
  expect(post.parameters).toContainEqual(expect.objectContaining({ name: 'idempotency-key', in: 'header' }));
});
