import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** Those that ask for no more than to be named. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** The lock file lacks these: their `package.json` still has the list `licenses` of old. */
const elsewhere: Readonly<Record<string, string>> = { 'node_modules/querystring': 'MIT' };

interface Package {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly license?: string;
}

/** Of a choice such as `(MIT OR GPL-3.0)` one is enough, of `MIT AND ISC` all are needed. */
const isAllowed = (license = ''): boolean =>
  license
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => allowed.has(each.trim())));

test('whatever the shop is made of may be used, changed and sold', () => {
  const lock = readFileSync(fileURLToPath(new URL('../../package-lock.json', import.meta.url)), 'utf8');
  const packages: Record<string, Package> = JSON.parse(lock).packages;
  const used = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path, { license = elsewhere[path] }]) => ({ path, license }));

  expect(used.length).toBeGreaterThan(50);
  expect(used.filter(({ license }) => !isAllowed(license))).toEqual([]);
});
