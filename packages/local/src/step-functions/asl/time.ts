/** Timers are set anew at least this often, so that a clock that jumps (a laptop that slept) is noticed; ms. */
const LONGEST_TIMER = 60_000;

/** How an execution knows the time, in milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Calls `wake` at `time`, unless the returned function was called before. */
  at(time: number, wake: () => void): () => void;
  /** Runs work that takes its own time. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  at(time, wake) {
    let timer: NodeJS.Timeout | undefined;
    const delay = time - Date.now();
    const begin = performance.now();
    const look = () => {
      // The steady clock stands still while a laptop sleeps, the other one may be set back: whichever is first.
      const left = Math.min(time - Date.now(), begin + delay - performance.now());
      if (left <= 0) wake();
      else timer = setTimeout(look, Math.min(left, LONGEST_TIMER));
    };
    timer = setTimeout(look, Math.min(Math.max(delay, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
  during: (work) => work(),
};

/**
 * Settles as `work` does, or rejects with `failure()` at `deadline`, or with the signal's reason as soon as it is
 * aborted.
 */
export const before = <T>(
  clock: Clock,
  deadline: number | undefined,
  work: Promise<T>,
  signal: AbortSignal,
  failure: () => Error,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const end = () => {
      cancel?.();
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const late = () => {
      end();
      reject(failure());
    };
    const cancel = deadline === undefined ? undefined : clock.at(deadline, late);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.finally(end).then(resolve, reject);
  });

/** Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. */
const abortable = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  before(realClock, undefined, work, signal, Error);

/** Resolves at `time`, and rejects with the signal's reason as soon as it is aborted. */
export const sleep = async (clock: Clock, time: number, signal: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.at(time, resolve);
  try {
    await abortable(promise, signal);
  } finally {
    cancel();
  }
};

/** A signal of its own that also follows `parent`. Call `release` when done. */
export const childSignal = (parent: AbortSignal) => {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason: unknown) => controller.abort(reason),
    release: () => parent.removeEventListener('abort', follow),
  };
};
