import { expect, test } from '@jest/globals';
import { createCache } from './cache.ts';

const answer = (body: string) => ({ status: 200, headers: {}, body });

test('what was used the longest time ago makes room', () => {
  const cache = createCache(() => 0, 10_000);
  for (const key of ['a', 'b', 'c']) cache.put(key, answer(key.repeat(2000)), 60);
  expect(cache.get('a')).toBeDefined();
  cache.put('d', answer('d'.repeat(2000)), 60);

  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('what does not fit at all is not kept, and a new answer takes the place of the old one', () => {
  const cache = createCache(() => 0, 10_000);
  cache.put('a', answer('x'.repeat(20_000)), 60);
  expect(cache.get('a')).toBeUndefined();
  for (let i = 0; i < 100; i++) cache.put('b', answer(`${i}`.padEnd(5000)), 60);
  cache.put('c', answer('c'), 60);
  expect(cache.get('b')?.answer.body).toBe('99'.padEnd(5000));
  expect(cache.get('c')).toBeDefined();
});
