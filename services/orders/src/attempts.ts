import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrentUpdate } from './errors.ts';

const MAX_ATTEMPTS = 8;

/** Tries again, after a short random pause, for as long as somebody else came first: that is what `undefined` says. */
export const untilUncontended = async <T>(
  what: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> => {
  for (let tried = 1; tried <= MAX_ATTEMPTS; tried++) {
    const result = await attempt();
    if (result !== undefined) return result;
    await sleep(Math.random() * 5 * 2 ** tried);
  }
  throw new ConcurrentUpdate(what);
};
