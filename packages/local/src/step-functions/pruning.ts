import type { Store } from '../cloud.ts';
import { CLOSED, forgetting } from './execution-store.ts';

/**
 * AWS forgets an execution 90 days after its end. Here the newest ones stay, and none goes on its first day: by then
 * no repeated start can come under its name any more.
 */
const KEPT = 10_000;
const KEPT_MS = 86_400_000;

const LOOK_EVERY = 10 * 60_000;

export interface Pruning {
  /** Notes that an execution has ended. */
  closed(): void;
  stop(): void;
}

const endOf = (closed: string) => Number(closed.slice(CLOSED.length, closed.indexOf('/', CLOSED.length)));

/**
 * Forgets old executions: at the start and every so often, one in each turn of the event loop.
 *
 * @param options.kept how many stay in any case
 */
export const createPruning = (store: Store, { kept = KEPT, now = Date.now } = {}): Pruning => {
  let next: NodeJS.Immediate | undefined;
  /** At most so many have ended, so that there is no need to look. */
  let count = Number.POSITIVE_INFINITY;

  const look = () => {
    if (next !== undefined || count <= kept) return;
    const closed = store.list(CLOSED).map(({ key }) => key);
    count = closed.length;
    const old = closed.slice(0, Math.max(0, count - kept)).filter((key) => endOf(key) < now() - KEPT_MS);
    const forget = () => {
      const key = old.shift();
      next = key === undefined ? undefined : setImmediate(forget);
      if (key === undefined) return;
      store.batch(forgetting(store, key));
      count--;
    };
    next = setImmediate(forget);
  };

  const timer = setInterval(look, LOOK_EVERY).unref();
  look();
  return {
    closed: () => {
      count++;
    },
    stop: () => {
      clearInterval(timer);
      clearImmediate(next);
    },
  };
};
