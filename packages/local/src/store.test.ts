import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openStores } from './store.ts';

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
