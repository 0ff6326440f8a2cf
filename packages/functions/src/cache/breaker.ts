/** How many failures in a row open the circuit, and for how long. */
export interface BreakerOptions {
  readonly failuresToOpen?: number;
  readonly openSeconds?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/** Keeps callers away from what does not work. */
export interface Breaker {
  /** Whether to try. While the circuit is open, one caller in `openSeconds` may, to find out. */
  admits(): boolean;
  succeeded(): void;
  failed(): void;
}

/** A circuit breaker. A dead cache costs the time-out of a few calls, and then one in a while. */
export const createBreaker = ({
  failuresToOpen = 3,
  openSeconds = 5,
  now = Date.now,
}: BreakerOptions = {}): Breaker => {
  let failures = 0;
  let nextTryAt = 0;
  return {
    admits() {
      if (failures < failuresToOpen) return true;
      if (now() < nextTryAt) return false;
      nextTryAt = now() + openSeconds * 1000;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      nextTryAt = now() + openSeconds * 1000;
    },
  };
};
