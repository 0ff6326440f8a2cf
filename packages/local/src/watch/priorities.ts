import { setTimeout as sleep } from 'node:timers/promises';

/** Work that somebody waits for, beside work that can wait. */
export interface Priorities {
  /** Begins at once, beside other urgent work. It must not fail. */
  urgently(work: () => Promise<void>): void;
  /** Begins when nothing has been urgent for a while. Gives nothing where it was called off, as something has become urgent meanwhile. */
  whenIdle<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  /** Calls off what can wait. */
  callOff(): void;
  /** Resolves when nothing is urgent. */
  idle(): Promise<void>;
}

/** By then the worker that runs what was urgent has loaded it. */
const REST_MS = 300;

/** `end` ends what `whenIdle` runs, which need not settle any more. */
export const createPriorities = (end: () => void): Priorities => {
  const urgent = new Set<Promise<void>>();
  let restUntil = 0;
  /** What can wait, and whether it has begun. */
  let current: { hasBegun: boolean; readonly callOff: () => void } | undefined;

  const callOff = (): void => {
    if (current?.hasBegun) end();
    current?.callOff();
    current = undefined;
  };
  const idle = async (): Promise<void> => {
    while (urgent.size > 0) await Promise.all(urgent);
  };
  const rest = async (): Promise<void> => {
    await idle();
    const left = restUntil - performance.now();
    if (left <= 0) return;
    await sleep(left);
    return rest();
  };
  return {
    idle,
    callOff,
    urgently: (work) => {
      if (current?.hasBegun) callOff();
      const run = work().finally(() => {
        urgent.delete(run);
        restUntil = performance.now() + REST_MS;
      });
      urgent.add(run);
    },
    whenIdle: async (work) => {
      const calledOff = Promise.withResolvers<undefined>();
      const own = { hasBegun: false, callOff: () => calledOff.resolve(undefined) };
      current = own;
      const run = async () => {
        await rest();
        if (current !== own) return undefined;
        own.hasBegun = true;
        return work();
      };
      try {
        return await Promise.race([run(), calledOff.promise]);
      } finally {
        if (current === own) current = undefined;
      }
    },
  };
};
