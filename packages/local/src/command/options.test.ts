import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseOptions } from './options.ts';
import { prepare } from './prepare.ts';

test('options have defaults', () => {
  expect(parseOptions([], '/shop')).toEqual({
    port: 3000,
    dataFolder: '/shop/.emporium/data',
    fresh: false,
    verbose: false,
  });
  expect(parseOptions(['--port', '0', '--data', '/tmp/x', '--fresh', '--verbose'], '/shop')).toEqual({
    port: 0,
    dataFolder: '/tmp/x',
    fresh: true,
    verbose: true,
  });
  expect(parseOptions(['--help'], '/shop')).toBeUndefined();
});

test.each([
  [['--port', 'abc'], '"abc"'],
  [['--port', '70000'], '65535'],
  [['--prot', '1'], '--prot'],
  [['extra'], 'extra'],
])('%j is refused in one line', (args, words) => {
  expect(() => parseOptions(args, '/shop')).toThrow(words);
  expect(() => parseOptions(args, '/shop')).toThrow(/^[^\n]+$/);
});

const folder = () => mkdtempSync(join(tmpdir(), 'options-'));
const fresh = (dataFolder: string) => prepare({ port: 0, dataFolder, fresh: true, verbose: false });

test('--fresh empties a data folder, and nothing that is none', async () => {
  const data = folder();
  for (const name of ['cloud.db', 'dynamodb.db']) writeFileSync(join(data, name), '');
  await fresh(data);
  expect(readdirSync(data)).toEqual([]);

  const home = folder();
  writeFileSync(join(home, 'thesis.txt'), '');
  await expect(fresh(home)).rejects.toThrow('holds no data of a shop');
  expect(readdirSync(home)).toEqual(['thesis.txt']);
});

test.each([
  ['below a file', (base: string) => join(base, 'file', 'data')],
  ['a file', (base: string) => join(base, 'file')],
  ['where nobody can write', () => '/proc/emporium/data'],
])('a data folder %s is refused in one line', async (_, place) => {
  const base = folder();
  writeFileSync(join(base, 'file'), '');

  await expect(fresh(place(base))).rejects.toThrow(/^Cannot write to the data folder [^\n]+$/);
});
