import { expect, jest, test } from '@jest/globals';
import { createIdempotency } from './idempotency.ts';

const always = () => true;

test('a transaction runs once under its token, for ten minutes', async () => {
  let now = 0;
  const { once } = createIdempotency(() => now);
  const run = jest.fn(async () => 'written');
  expect(await once('t', 'a', run, always)).toBe('written');
  now = 10 * 60_000;
  expect(await once('t', 'a', run, always)).toBeUndefined();
  await expect(once('t', 'b', run, always)).rejects.toMatchObject({
    code: 'IdempotentParameterMismatchException',
  });
  now += 1;
  expect(await once('t', 'b', run, always)).toBe('written');
  expect(run).toHaveBeenCalledTimes(2);
});

test('what was called off, or failed, may be tried again under its token', async () => {
  const { once } = createIdempotency();
  expect(
    await once(
      't',
      'a',
      async () => 400,
      () => false,
    ),
  ).toBe(400);
  await expect(once('t', 'a', () => Promise.reject(new Error('gone')), always)).rejects.toThrow('gone');
  expect(await once('t', 'a', async () => 200, always)).toBe(200);
});

test('two at once: the second is told that the first is under way', async () => {
  const { once } = createIdempotency();
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = once('t', 'a', () => promise, always);
  await expect(once('t', 'a', async () => 'twice', always)).rejects.toMatchObject({
    code: 'TransactionInProgressException',
  });
  resolve('written');
  expect(await first).toBe('written');
});

test('only the newest tokens are remembered', async () => {
  const { once } = createIdempotency();
  for (let token = 0; token <= 20_001; token++) await once(String(token), 'a', async () => 1, always);
  expect(await once('0', 'a', async () => 'again', always)).toBe('again');
  expect(await once('20001', 'a', async () => 'again', always)).toBeUndefined();
});
