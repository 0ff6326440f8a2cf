import type { Clock } from './time.ts';

interface Sleeper {
  readonly time: number;
  readonly wake: () => void;
}

/** A clock that leaps to the end of the next sleep as soon as there is nothing but sleeping to do. */
export const skippingClock = (): Clock => {
  const sleepers = new Set<Sleeper>();
  let skipped = 0;
  let busy = 0;
  let timer: NodeJS.Timeout | undefined;
  let look: NodeJS.Immediate | undefined;

  const now = () => Date.now() + skipped;

  const wakeNext = () => {
    const [next] = [...sleepers].sort((one, other) => one.time - other.time);
    if (!next) return;
    const left = next.time - now();
    if (left > 0 && busy > 0) {
      timer = setTimeout(plan, left);
      return;
    }
    skipped += Math.max(left, 0);
    sleepers.delete(next);
    next.wake();
    plan();
  };
  // A turn of the event loop later, everything that is not asleep has had its chance to go on.
  const plan = () => {
    clearTimeout(timer);
    clearImmediate(look);
    look = setImmediate(wakeNext);
  };

  return {
    now,
    at(time, wake) {
      const sleeper = { time, wake };
      sleepers.add(sleeper);
      plan();
      return () => {
        sleepers.delete(sleeper);
        plan();
      };
    },
    async during(work) {
      busy++;
      try {
        return await work();
      } finally {
        busy--;
        plan();
      }
    },
  };
};
