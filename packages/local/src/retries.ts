import { AwsError } from './cloud.ts';

/** The first retry comes after this, each further one after twice as long, up to the longest; ms. */
const FIRST_BACKOFF = 100;
export const LONGEST_BACKOFF = 60_000;

/** Errors of a target that stay the same however often it is asked. */
const FINAL =
  /AccessDenied|NotAuthorized|NonExistentQueue|QueueDoesNotExist|NotFound|DoesNotExist|Validation|Invalid/;

/** Whether trying again can't mend it. */
export const isFinal = (error: unknown): boolean => error instanceof AwsError && FINAL.test(error.code);

/** How long to wait after so many retries, in ms, with jitter. */
export const backoff = (retries: number): number =>
  Math.min(FIRST_BACKOFF * 2 ** retries, LONGEST_BACKOFF) * (0.5 + Math.random() / 2);
