import { expect, jest, test } from '@jest/globals';
import { memoryCache } from './memory.ts';

const clock = () => {
  let time = 0;
  return {
    now: () => time,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
  };
};

test('a value is kept until its time is over', async () => {
  const { now, pass } = clock();
  const load = jest.fn(async (key: string) => `${key} at ${now()}`);
  const cache = memoryCache({ ttlSeconds: 60, load, now });
  expect(await cache.get('a')).toBe('a at 0');
  pass(59);
  expect(await cache.get('a')).toBe('a at 0');
  pass(1);
  expect(await cache.get('a')).toBe('a at 60000');
  expect(load).toHaveBeenCalledTimes(2);
});

test('callers share one load, however long it takes', async () => {
  const { now, pass } = clock();
  const { promise, resolve } = Promise.withResolvers<string>();
  const load = jest.fn(() => promise);
  const cache = memoryCache({ ttlSeconds: 1, load, now });
  const first = cache.get('a');
  pass(9);
  const second = cache.get('a');
  resolve('loaded');
  expect(await Promise.all([first, second])).toEqual(['loaded', 'loaded']);
  expect(load).toHaveBeenCalledTimes(1);
});

test('a failure reaches everyone who waited and is not kept', async () => {
  const load = jest.fn<(key: string) => Promise<string>>().mockRejectedValueOnce(new Error('down'));
  const cache = memoryCache({ ttlSeconds: 60, load });
  const both = await Promise.allSettled([cache.get('a'), cache.get('a')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  load.mockResolvedValue('up');
  expect(await cache.get('a')).toBe('up');
});

test('the oldest entry makes room', async () => {
  const load = jest.fn(async (key: string) => key);
  const cache = memoryCache({ ttlSeconds: 60, load, maxEntries: 2 });
  for (const key of ['a', 'b', 'c', 'b', 'a']) await cache.get(key);
  expect(load.mock.calls.flat()).toEqual(['a', 'b', 'c', 'a']);
});

test('an entry can be taken out', async () => {
  const load = jest.fn(async (key: string) => key);
  const cache = memoryCache({ ttlSeconds: 60, load });
  await cache.get('a');
  await cache.get('b');
  cache.delete('a');
  await cache.get('a');
  cache.clear();
  await cache.get('b');
  expect(load.mock.calls.flat()).toEqual(['a', 'b', 'a', 'b']);
});
