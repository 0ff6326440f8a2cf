import { expect, test } from '@jest/globals';
import { createRefreshed } from './refreshed.ts';

/** A value that is loaded from `source`, by a clock of the test's own. */
const refreshed = () => {
  const source = { value: 'first', failure: undefined as Error | undefined, loads: 0 };
  const clock = { ms: 0 };
  const failures: unknown[] = [];
  const value = createRefreshed({
    ttlSeconds: 300,
    pauseSeconds: 10,
    now: () => clock.ms,
    onFailure: (error) => failures.push(error),
    load: async () => {
      source.loads += 1;
      if (source.failure) throw source.failure;
      return source.value;
    },
  });
  return { value, source, clock, failures };
};

test('a value is loaded once for all who ask, and again when it is old', async () => {
  const { value, source, clock } = refreshed();
  expect(await Promise.all([value.get(), value.get(), value.reload()])).toEqual(['first', 'first', 'first']);
  source.value = 'second';
  clock.ms = 299_999;
  expect([await value.get(), source.loads]).toEqual(['first', 1]);
  clock.ms = 300_000;
  expect([await value.get(), source.loads]).toEqual(['second', 2]);
});

test('whoever is not served by the known value has it loaded again, but not twice within the pause', async () => {
  const { value, source, clock } = refreshed();
  await value.get();
  source.value = 'second';
  clock.ms = 9_999;
  for (let i = 0; i < 1_000; i++) expect(await value.reload()).toBe('first');
  expect(source.loads).toBe(1);
  clock.ms = 10_000;
  expect(await Promise.all(Array.from({ length: 1_000 }, () => value.reload()))).toEqual(
    Array.from({ length: 1_000 }, () => 'second'),
  );
  expect(source.loads).toBe(2);
});

test('where it comes from may be down: the last value goes on, and is asked for once a pause', async () => {
  const { value, source, clock, failures } = refreshed();
  await value.get();
  source.failure = new Error('down');
  clock.ms = 300_000;
  for (let i = 0; i < 100; i++) expect(await value.get()).toBe('first');
  expect([source.loads, failures]).toEqual([2, [source.failure]]);
  clock.ms = 310_000;
  source.failure = undefined;
  source.value = 'second';
  expect(await value.get()).toBe('second');
});

test('without any value a failure is passed on, and not kept', async () => {
  const { value, source } = refreshed();
  source.failure = new Error('down');
  await expect(value.get()).rejects.toThrow('down');
  await expect(value.reload()).rejects.toThrow('down');
  source.failure = undefined;
  expect(await value.get()).toBe('first');
});

test('what changes while it is loaded is asked for again a pause after the load began', async () => {
  const clock = { ms: 0 };
  const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let loads = 0;
  const value = createRefreshed({
    ttlSeconds: 300,
    pauseSeconds: 10,
    now: () => clock.ms,
    load: () => (answers[loads++] as (typeof answers)[number]).promise,
  });
  const first = value.get();
  clock.ms = 10_000;
  answers[0]?.resolve('before the change');
  expect(await first).toBe('before the change');
  answers[1]?.resolve('after it');
  expect(await value.reload()).toBe('after it');
});
