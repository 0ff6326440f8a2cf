/** Takes a token for one request, or says that there is none. */
export type Throttle = () => boolean;

export const UNLIMITED: Throttle = () => true;

/** What an account has where a template limits only one of the two. */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5_000;

/** A token bucket: it holds `burst` tokens and gains `rate` of them a second. */
export const createThrottle = ({
  rate = ACCOUNT_RATE,
  burst = ACCOUNT_BURST,
  now,
}: {
  readonly rate?: number | undefined;
  readonly burst?: number | undefined;
  readonly now: () => number;
}): Throttle => {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    // A clock that was set back must not empty the bucket.
    tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) * rate) / 1000);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
