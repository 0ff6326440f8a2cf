import type { Log } from '../cloud.ts';

export interface Alarms {
  /** Sets, moves or, without a time, removes an alarm. Times in milliseconds since 1970. */
  set(key: string, at: number | undefined): void;
  stop(): void;
}

interface Options {
  readonly log: Log;
  /** Called once for an alarm that has become due; it may set it again. */
  ring(key: string): void;
}

/** How soon a jump of the machine's clock, or its waking up, is noticed; ms. */
const LOOK_EVERY = 1_000;

/** Rings at times of day, also where the clock jumps to them. */
export const createAlarms = ({ log, ring }: Options): Alarms => {
  const alarms = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = () => {
    timer = undefined;
    const now = Date.now();
    const due = [...alarms].filter(([, at]) => at <= now).sort(([, one], [, other]) => one - other);
    for (const [key] of due) {
      alarms.delete(key);
      try {
        ring(key);
      } catch (error) {
        log.error('scheduler', `${key}: ${error}`);
      }
    }
    wait();
  };

  const wait = () => {
    if (timer !== undefined || alarms.size === 0 || stopped) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const at of alarms.values()) earliest = Math.min(earliest, at);
    timer = setTimeout(look, Math.min(Math.max(0, earliest - Date.now()), LOOK_EVERY));
  };

  return {
    set: (key, at) => {
      if (at === undefined) alarms.delete(key);
      else alarms.set(key, at);
      // Whatever is waited for now, the next look comes soon enough to find this one; only a nearer one hurries.
      if (at !== undefined && at <= Date.now() + LOOK_EVERY) {
        clearTimeout(timer);
        timer = undefined;
      }
      wait();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
