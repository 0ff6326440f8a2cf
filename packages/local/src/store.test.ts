import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { silentLog } from './log.ts';
import { openStores as openWith } from './store.ts';

const openStores = (dataFolder: string) => openWith(dataFolder, silentLog);

const folder = () => mkdtempSync(join(tmpdir(), 'store-'));

test('keeps values across a restart, apart by store, ordered by key', () => {
  const dataFolder = folder();
  const first = openStores(dataFolder);
  const checkpoints = first.open('checkpoints');
  checkpoints.put('b', { at: 2 });
  checkpoints.put('a', { at: 1 });
  first.open('other').put('a', 'another');
  first.close();

  const second = openStores(dataFolder);
  expect(second.open('checkpoints').list()).toEqual([
    { key: 'a', value: { at: 1 } },
    { key: 'b', value: { at: 2 } },
  ]);
  expect(second.open('other').get('a')).toBe('another');
  second.close();
});

test('lists by prefix, taking % and _ literally', () => {
  const stores = openStores(folder());
  const store = stores.open('s');
  for (const key of ['a_1', 'ab1', 'a_2', 'b']) store.put(key, key);
  expect(store.list('a_').map(({ key }) => key)).toEqual(['a_1', 'a_2']);
  store.delete('a_1');
  expect(store.get('a_1')).toBeUndefined();
  stores.close();
});

test('a batch is written as a whole, or not at all', () => {
  const stores = openStores(folder());
  const store = stores.open('s');
  store.put('old', 1);
  store.batch([{ key: 'a', value: { n: 1 } }, { key: 'b', value: null }, { key: 'old' }]);
  expect(store.list()).toEqual([
    { key: 'a', value: { n: 1 } },
    { key: 'b', value: null },
  ]);
  expect(() => store.batch([{ key: 'a' }, { key: 'c', value: 1n }])).toThrow(/BigInt/);
  expect(store.list().map(({ key }) => key)).toEqual(['a', 'b']);
  store.batch([{ key: 'c', value: 3 }]);
  expect(store.get('c')).toBe(3);
  stores.close();
});

test('a full disk: a write fails as a 500, which is said once; it goes on when there is room; nothing written is lost', async () => {
  const dataFolder = folder();
  const program = fileURLToPath(new URL('./test-programs/write-until-full.ts', import.meta.url));
  const child = spawn(
    'prlimit',
    [
      '--fsize=1000000:unlimited',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      program,
      dataFolder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const [, count = '', json = ''] = /^(\d+) (.*)$/.exec((await lines.next()).value ?? '') ?? [];
    return [Number(count), JSON.parse(json)];
  };

  const [before, failure] = await next();
  expect(before).toBeGreaterThan(10);
  expect(failure).toMatchObject({ name: 'AwsError', code: 'InternalFailure', status: 500 });
  execFileSync('prlimit', ['--fsize=unlimited', '--pid', String(child.pid)]);
  const [after, said] = await next();
  expect(after).toBe(before + 1);
  expect(said).toEqual([
    expect.stringMatching(
      /^error data cannot write to \S+cloud\.db: .+\. Until it can, calls fail with a 500$/,
    ),
    expect.stringMatching(/^info data \S+cloud\.db can be written again$/),
  ]);
  await new Promise((resolve) => child.once('close', resolve));

  const stores = openStores(dataFolder);
  expect(stores.open('s').list()).toHaveLength(after);
  stores.close();
});

test('a file that is no database, or is open already, is one clear line', () => {
  const broken = folder();
  writeFileSync(join(broken, 'cloud.db'), 'something else'.repeat(100));
  expect(() => openStores(broken)).toThrow(
    /^Cannot open \S+cloud\.db: file is not a database\. Start with --fresh/,
  );

  const taken = folder();
  const stores = openStores(taken);
  expect(() => openStores(taken)).toThrow(/^Cannot open \S+cloud\.db: database is locked\. Another program/);
  stores.close();
});
