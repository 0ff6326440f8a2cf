import { expect, jest, test } from '@jest/globals';
import { ConcurrentUpdate, retryContended } from './contention.ts';

const pause = jest.fn(async (_attempt: number) => {});
const losing = (times: number) => {
  let tried = 0;
  return async () => {
    tried += 1;
    if (tried <= times) throw new ConcurrentUpdate('the mug');
    return tried;
  };
};

test('tries again until nobody comes first, at once and then with growing pauses', async () => {
  pause.mockClear();
  expect(await retryContended(losing(3), pause)).toBe(4);
  expect(pause.mock.calls).toEqual([[1], [2]]);
});

test('gives up after eight attempts and says what was contended', async () => {
  await expect(retryContended(losing(8), pause)).rejects.toMatchObject({
    name: 'ConcurrentUpdate',
    message: 'Others kept changing the mug.',
  });
  expect(await retryContended(losing(7), pause)).toBe(8);
});

test('lets every other error out at once', async () => {
  const attempt = jest.fn<() => Promise<void>>().mockRejectedValue(new Error('no network'));
  await expect(retryContended(attempt, pause)).rejects.toThrow('no network');
  expect(attempt).toHaveBeenCalledTimes(1);
});
