import { DomainError } from '../domain-error.ts';
import { type Pause, pauseAfter } from './pause.ts';

/** Somebody else changed the same thing first. Worth repeating: HTTP answers 503, a workflow retries it. */
export class ConcurrentUpdate extends DomainError {
  constructor(what: string) {
    super('ConcurrentUpdate', {}, `Others kept changing ${what}.`);
  }
}

/** Each lost race means that another write was made, so a few attempts settle any race of one order's steps. */
const ATTEMPTS = 8;

/**
 * Reads, decides and writes again for as long as somebody else came first, which the attempt says by throwing
 * {@link ConcurrentUpdate}.
 *
 * @throws ConcurrentUpdate when the eighth attempt still came too late.
 *
 * @example
 * await retryContended(async () => {
 *   const current = await find(sku);
 *   const failed = await transact(client, writesOf(current, publish(current, details)));
 *   if (failed.length > 0) throw new ConcurrentUpdate(sku);
 * });
 */
export const retryContended = async <Result>(
  attempt: () => Promise<Result>,
  pause: Pause = pauseAfter,
): Promise<Result> => {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrentUpdate) || tried === ATTEMPTS) throw error;
      // The first rival has written by now: only where there are more of them is it better to step aside.
      if (tried > 1) await pause(tried - 1);
    }
  }
};
