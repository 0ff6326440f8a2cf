import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { silentLog } from '../log.ts';
import { openStores } from '../store.ts';
import { help, parseOptions } from './options.ts';
import { prepare } from './prepare.ts';

const defaults = {
  port: 3000,
  dataFolder: '/shop/.emporium/data',
  fresh: false,
  verbose: false,
  only: undefined,
  seed: 'once',
  products: 0,
  inspect: undefined,
  faults: [],
  watch: true,
  trace: false,
} as const;

test.each([
  [[], {}],
  [
    ['--port', '0', '--data', '/tmp/x', '--fresh', '--verbose'],
    { port: 0, dataFolder: '/tmp/x', fresh: true, verbose: true },
  ],
  [['--only', 'orders, payments'], { only: ['orders', 'payments'] }],
  [['--seed'], { seed: 'again' }],
  [['--seed', '--fresh'], { seed: 'again', fresh: true }],
  [['--seed', '10000'], { seed: 'again', products: 10_000 }],
  [['--seed=5', '--no-watch'], { seed: 'again', products: 5, watch: false }],
  [['--no-seed', '--trace'], { seed: 'never', trace: true }],
  [['--inspect'], { inspect: 9229 }],
  [
    ['--inspect=0', '--fault', 'sqs=0.1', '--fault=a.b=1:lost'],
    { inspect: 0, faults: ['sqs=0.1', 'a.b=1:lost'] },
  ],
])('%j', (args, expected) => {
  expect(parseOptions(args, '/shop')).toEqual({ ...defaults, ...expected });
});

test('the help names every option', () => {
  expect(parseOptions(['--help'], '/shop')).toBeUndefined();
  for (const name of ['port', 'data', 'fresh', 'only', 'seed', 'no-seed', 'inspect', 'fault', 'no-watch'])
    expect(help).toContain(`--${name}`);
});

test.each([
  [['--port', 'abc'], '"abc"'],
  [['--port', '70000'], '65535'],
  [['--prot', '1'], '--prot'],
  [['--seed', '1e3'], '"1e3"'],
  [['--inspect=x'], '"x"'],
  [['--fault', 'sqs=2'], 'a number from 0 to 1'],
  [['extra'], 'extra'],
])('%j is refused in one line', (args, words) => {
  expect(() => parseOptions(args, '/shop')).toThrow(words);
  expect(() => parseOptions(args, '/shop')).toThrow(/^[^\n]+$/);
});

const folder = () => mkdtempSync(join(tmpdir(), 'options-'));
const fresh = (dataFolder: string) => prepare({ port: 0, dataFolder, fresh: true });

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

test('--fresh leaves a database alone that another process has open, and removes one that is damaged', async () => {
  const data = folder();
  const stores = openStores(data, silentLog);
  await expect(fresh(data)).rejects.toThrow(/database is locked\. Another program has it open/);
  stores.close();
  writeFileSync(join(data, 'cloud.db'), 'damaged'.repeat(1000));
  await fresh(data);
  expect(readdirSync(data)).toEqual([]);
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
