/**
 * Whether a trace that begins is kept: the first of each second, and 5 % of the others. That is X-Ray's default rule,
 * and the only one that Lambda knows.
 */
export const createSampler = (
  now: () => number = Date.now,
  random: () => number = Math.random,
): (() => boolean) => {
  let second = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      return true;
    }
    return random() < FIXED_RATE;
  };
};

export const FIXED_RATE = 0.05;
export const RESERVOIR_SIZE = 1;
