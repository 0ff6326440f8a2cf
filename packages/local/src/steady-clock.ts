import { performance } from 'node:perf_hooks';

/**
 * Milliseconds since 1970 that no correction of the machine's clock can move: deadlines counted in it neither stall
 * when the clock is set back, nor all fall due when it is set forward.
 */
export const createSteadyClock = (): (() => number) => {
  const offset = Date.now() - performance.now();
  return () => Math.floor(offset + performance.now());
};
