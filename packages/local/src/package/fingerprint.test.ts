// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the framework takes such strings
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { fingerprint } from './fingerprint.ts';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const CONTEXTS = ['platform', 'users', 'catalog', 'orders'];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-'));
  write('services/common.yml', 'issuer: /shop/users/issuer');
  write('packages/contracts/index.ts', '1');
  write('packages/local/index.ts', '1');
  write('stepfunctions/order.asl.yml', '1');
  for (const name of CONTEXTS) {
    write(`services/${name}/serverless.yml`, `service: ${name}`);
    write(`services/${name}/resources.ts`, '1');
    write(`services/${name}/src/handler.ts`, '1');
  }
  write(
    'services/orders/serverless.yml',
    'link: { users.UserPool: [use] }\ndefinition: ${file(../../stepfunctions/order.asl.yml)}',
  );
  write('services/catalog/resources.ts', "import { resources } from '../orders/resources.ts';");
});

/** The services that have to be packaged again once `path` has changed. */
const affectedBy = (path: string): string[] => {
  const all = () => CONTEXTS.map((name) => fingerprint(root, join(root, 'services', name)));
  const before = all();
  write(path, 'changed');
  return all().flatMap((hash, index) => (hash === before[index] ? [] : [CONTEXTS[index] as string]));
};

test.each([
  ['services/orders/src/handler.ts', ['orders']],
  ['services/orders/src/handler.test.ts', []],
  ['stepfunctions/order.asl.yml', ['orders']],
  ['services/users/resources.ts', ['users', 'orders']],
  ['services/orders/resources.ts', ['catalog', 'orders']],
  // Every context stands on it, though none names it.
  ['services/platform/resources.ts', CONTEXTS],
  ['services/common.yml', CONTEXTS],
  ['packages/contracts/index.ts', CONTEXTS],
  ['packages/local/index.ts', []],
])('a change of %s packages %j again', (path, services) => {
  expect(affectedBy(path)).toEqual(services);
});
