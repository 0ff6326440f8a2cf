/** Timers are set anew at least this often, so that a clock that jumps (a laptop that slept) is noticed; ms. */
const LONGEST_TIMER = 60_000;

/** How an execution knows the time, in milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Resolves at `time`, and rejects with the signal's reason as soon as it is aborted. */
  sleepUntil(time: number, signal: AbortSignal): Promise<void>;
  /** Runs work that takes its own time. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. */
export const abortable = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** Resolves at `time`, milliseconds since 1970. */
export const sleepUntil = (time: number, signal: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const sleep = new Promise<void>((resolve) => {
    const look = () => {
      const left = time - Date.now();
      if (left <= 0) resolve();
      else timer = setTimeout(look, Math.min(left, LONGEST_TIMER));
    };
    look();
  });
  return abortable(sleep, signal).finally(() => clearTimeout(timer));
};

export const realClock: Clock = { now: () => Date.now(), sleepUntil, during: (work) => work() };

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

/** Settles as `work` does, or rejects with `failure()` at `deadline`. */
export const before = async <T>(
  clock: Clock,
  deadline: number | undefined,
  work: Promise<T>,
  signal: AbortSignal,
  failure: () => Error,
): Promise<T> => {
  if (deadline === undefined) return abortable(work, signal);
  const timer = childSignal(signal);
  const late = clock.sleepUntil(deadline, timer.signal).then(() => {
    throw failure();
  });
  try {
    return await Promise.race([abortable(work, signal), late]);
  } finally {
    late.catch(() => undefined);
    timer.abort(new Error('in time'));
    timer.release();
  }
};
