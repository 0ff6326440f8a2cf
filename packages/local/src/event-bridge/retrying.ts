import { randomUUID } from 'node:crypto';
import type { Log, Store, Write } from '../cloud.ts';
import { backoff, isFinal, LONGEST_BACKOFF } from '../retries.ts';

/** What AWS lets a target say of its retries. */
export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

/** Why a job was given up after retries, in AWS's words. */
type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

interface Failure {
  readonly error: unknown;
  /** Undefined where no retry could have helped. */
  readonly exhausted?: Exhausted | undefined;
  readonly retries: number;
}

/** Something to do until it succeeds. Times in milliseconds since 1970. */
interface Job<T> {
  readonly what: T;
  readonly acceptedAt: number;
  readonly retries: number;
  readonly dueAt: number;
}

interface Options<T> {
  readonly store: Store;
  /** Of the keys of jobs, such as `pending/`. */
  readonly prefix: string;
  readonly log: Log;
  /** Rejects with what the target's service says. */
  attempt(what: T, retries: number): Promise<void>;
  policyOf(what: T): RetryPolicy;
  /** What else is to be written once a job has come to its end. */
  finished?(what: T): readonly Write[];
  giveUp(what: T, failure: Failure): Promise<void>;
}

export interface Retrying<T> {
  /**
   * Makes jobs durable, in one write with what else is to be written, and sets them going. Resolves when each was
   * tried once; throws at once where the write fails.
   */
  add(whats: readonly T[], also?: readonly Write[]): Promise<void>;
  /** Goes on with what was under way when the store was last closed. */
  resume(): void;
  stop(): void;
}

/** AWS's defaults: 185 retries within 24 hours. */
const MAX_RETRIES = 185;
const MAX_AGE_SECONDS = 86_400;
/** Jobs that outlive a stop and are tried again until they succeed, or their policy ends it. */
export const createRetrying = <T>({
  store,
  prefix,
  log,
  attempt,
  policyOf,
  finished = () => [],
  giveUp,
}: Options<T>): Retrying<T> => {
  const timers = new Set<NodeJS.Timeout>();
  // Before anything is added: what is resumed must not be what has just begun.
  const interrupted = store.list<Job<T>>(prefix);
  let stopped = false;

  const exhausted = ({ what, retries }: Job<T>, since: number): Exhausted | undefined => {
    const { MaximumRetryAttempts = MAX_RETRIES, MaximumEventAgeInSeconds = MAX_AGE_SECONDS } = policyOf(what);
    if (retries >= MaximumRetryAttempts) return 'MaximumRetryAttempts';
    return performance.now() - since > MaximumEventAgeInSeconds * 1000
      ? 'MaximumEventAgeInSeconds'
      : undefined;
  };

  const finish = (key: string, { what }: Job<T>) => {
    const also = finished(what);
    if (also.length > 0) store.batch([{ key }, ...also]);
    else store.delete(key);
  };

  /** `since` is when the job was accepted by a clock that does not jump. */
  const run = async (key: string, job: Job<T>, since: number): Promise<void> => {
    if (stopped) return;
    try {
      await attempt(job.what, job.retries);
    } catch (error) {
      // What failed because everything ends is tried again at the next start.
      if (stopped) return;
      const hopeless = isFinal(error);
      const reason = hopeless ? undefined : exhausted(job, since);
      if (!hopeless && reason === undefined) {
        const wait = backoff(job.retries);
        const next = { ...job, retries: job.retries + 1, dueAt: Date.now() + wait };
        store.put(key, next);
        return later(key, next, since, wait);
      }
      await giveUp(job.what, { error, exhausted: reason, retries: job.retries });
    }
    if (!stopped) finish(key, job);
  };

  const safely = (running: Promise<void>): Promise<void> =>
    running.catch((error) => log.error('events', String(error)));

  const later = (key: string, job: Job<T>, since: number, wait: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void safely(run(key, job, since));
    }, wait);
    timers.add(timer);
  };

  const start = async (jobs: readonly { key: string; value: Job<T> }[]): Promise<void> => {
    if (jobs.length === 0) return;
    const since = performance.now();
    // Not within the caller's turn: who publishes does not wait for a target.
    await new Promise(setImmediate);
    await Promise.all(jobs.map(({ key, value }) => safely(run(key, value, since))));
  };

  return {
    add: (whats, also = []) => {
      const now = Date.now();
      const jobs = whats.map((what) => ({
        key: `${prefix}${now}-${randomUUID()}`,
        value: { what, acceptedAt: now, retries: 0, dueAt: now } satisfies Job<T>,
      }));
      if (jobs.length + also.length > 0) store.batch([...jobs, ...also]);
      return start(jobs);
    },
    resume: () => {
      const now = Date.now();
      for (const { key, value } of interrupted.splice(0)) {
        // A clock that was set back meanwhile must neither make a job wait for hours nor make it young again.
        const wait = Math.min(Math.max(0, value.dueAt - now), LONGEST_BACKOFF);
        later(key, value, performance.now() - Math.max(0, now - value.acceptedAt), wait);
      }
    },
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
