import { afterEach, expect, jest, test } from '@jest/globals';
import { realClock } from './time.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const HOUR = 3_600_000;

/** Sets the clock of the machine by so much, and lets it run on. */
const setClock = (by: number): void => {
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + by);
};

const wakeAfter = (delay: number): Promise<void> =>
  new Promise((resolve) => {
    realClock.at(Date.now() + delay, resolve);
  });

test('a clock that is set back delays nothing', async () => {
  const began = performance.now();
  const woken = wakeAfter(50);
  setClock(-HOUR);
  await woken;
  expect(performance.now() - began).toBeGreaterThanOrEqual(49);
});

test('a clock that jumps ahead wakes what is due by it', async () => {
  jest.useFakeTimers({ doNotFake: ['Date', 'performance'] });
  const woken = wakeAfter(HOUR);
  setClock(2 * HOUR);
  jest.advanceTimersByTime(60_000);
  jest.useRealTimers();
  await woken;
});

test('nothing wakes once it was called off', () => {
  jest.useFakeTimers();
  const wake = jest.fn();
  realClock.at(Date.now() + 50, wake)();
  jest.advanceTimersByTime(1_000);
  jest.useRealTimers();
  expect(wake).not.toHaveBeenCalled();
});
