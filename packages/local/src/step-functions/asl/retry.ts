import type { Catcher, Retrier } from './definition.ts';
import type { StateError } from './errors.ts';

/** Errors that end an execution whatever its Retry and Catch say. */
const FATAL = 'States.Runtime';

const matchesName = (pattern: string, failure: StateError): boolean => {
  if (failure.error === FATAL) return false;
  if (pattern === failure.error || failure.aliases.includes(pattern)) return true;
  if (failure.terminal) return false;
  if (pattern === 'States.ALL') return true;
  return pattern === 'States.TaskFailed' && failure.error !== 'States.Timeout';
};

const matches = ({ ErrorEquals }: { ErrorEquals: readonly string[] }, failure: StateError): boolean =>
  ErrorEquals.some((pattern) => matchesName(pattern, failure));

/** How long to wait before attempt `attempt` (1 is the first retry), in milliseconds. */
const backoff = (retrier: Retrier, attempt: number, random: () => number): number => {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** (attempt - 1), MaxDelaySeconds);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
};

/**
 * What the Retry list says about a failure: the delay in milliseconds and the new counts, one for each retrier;
 * `undefined` where no retrier matches or the first that matches is used up.
 */
export const nextRetry = (
  retriers: readonly Retrier[] | undefined,
  counts: readonly number[],
  failure: StateError,
  random: () => number = Math.random,
): { delay: number; counts: number[] } | undefined => {
  const index = retriers?.findIndex((retrier) => matches(retrier, failure)) ?? -1;
  const retrier = retriers?.[index];
  if (!retrier) return undefined;
  const attempt = (counts[index] ?? 0) + 1;
  if (attempt > (retrier.MaxAttempts ?? 3)) return undefined;
  const next = Array.from({ length: retriers?.length ?? 0 }, (_, at) => counts[at] ?? 0);
  next[index] = attempt;
  return { delay: backoff(retrier, attempt, random), counts: next };
};

/** The first catcher that takes a failure, and its place in the list. */
export const findCatcher = (
  catchers: readonly Catcher[] | undefined,
  failure: StateError,
): { catcher: Catcher; index: number } | undefined => {
  const index = catchers?.findIndex((catcher) => matches(catcher, failure)) ?? -1;
  const catcher = catchers?.[index];
  return catcher && { catcher, index };
};
