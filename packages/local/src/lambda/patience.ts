import { measureIdleCores } from '../idle-cores.ts';

/**
 * How long an event waits for a busy worker before another is started. To start one takes about this long, and a
 * core meanwhile: started sooner, workers would only slow down the ones that are about to be free.
 */
const PATIENCE_MS = 250;
/** And how long where no core is free to run another: then it would take its time from the one that is awaited. */
const PATIENCE_WHEN_BUSY_MS = 2_000;

/** Watches whoever waits, from `watch()` until nobody does. */
export interface Patience {
  watch(): void;
  stop(): void;
}

/** Calls `onWorn`, again and again, while one waits for longer than is good; `waitingSince` gives since when the first does, by `performance.now()`. */
export const createPatience = (waitingSince: () => number | undefined, onWorn: () => void): Patience => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    watch: () => {
      if (timer !== undefined) return;
      const idleCores = measureIdleCores();
      timer = setInterval(() => {
        const since = waitingSince();
        if (since === undefined) return stop();
        const patience = idleCores() > 0.5 ? PATIENCE_MS : PATIENCE_WHEN_BUSY_MS;
        if (performance.now() - since >= patience) onWorn();
      }, PATIENCE_MS);
    },
    stop,
  };
};
