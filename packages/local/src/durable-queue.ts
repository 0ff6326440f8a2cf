import { randomUUID } from 'node:crypto';
import type { Log, Store } from './cloud.ts';
import { backoff, isFinal } from './retries.ts';

/** What one service has to bring to another: each entry is kept until it was delivered, or given up. */
export interface DurableQueue<Entry> {
  /** Makes an entry durable, then sets it going. */
  add(entry: Entry): void;
  /** Goes on with what was under way when the cloud was last stopped, or killed. */
  resume(): void;
  stop(): void;
}

interface Options<Entry> {
  /** What its errors are logged under. */
  readonly label: string;
  readonly store: Store;
  readonly log: Log;
  readonly maxRetries: number;
  /** Rejects with an AwsError for what trying again can't mend. */
  deliver(entry: Entry): Promise<unknown>;
  giveUp(entry: Entry, error: Error, retries: number): Promise<unknown>;
}

interface Kept<Entry> {
  readonly entry: Entry;
  readonly retries: number;
  readonly dueAt: number;
}

export const createDurableQueue = <Entry>({
  label,
  store,
  log,
  maxRetries,
  deliver,
  giveUp,
}: Options<Entry>): DurableQueue<Entry> => {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const failed = async (key: string, { entry, retries }: Kept<Entry>, error: Error): Promise<void> => {
    if (!isFinal(error) && retries < maxRetries) {
      const next = { entry, retries: retries + 1, dueAt: Date.now() + backoff(retries) };
      store.put(key, next);
      return schedule(key, next);
    }
    await giveUp(entry, error, retries).catch((reason) => log.error(label, `lost for good: ${reason}`));
    if (!stopped) store.delete(key);
  };

  const attempt = async (key: string, kept: Kept<Entry>): Promise<void> => {
    try {
      await deliver(kept.entry);
      if (!stopped) store.delete(key);
    } catch (error) {
      if (!stopped) await failed(key, kept, error as Error);
    }
  };

  const schedule = (key: string, kept: Kept<Entry>): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        attempt(key, kept).catch((error) => log.error(label, String(error)));
      },
      Math.max(0, kept.dueAt - Date.now()),
    );
    timers.add(timer);
  };

  return {
    add: (entry) => {
      const kept = { entry, retries: 0, dueAt: Date.now() };
      const key = `pending/${kept.dueAt}-${randomUUID()}`;
      store.put(key, kept);
      schedule(key, kept);
    },
    resume: () => {
      for (const { key, value } of store.list<Kept<Entry>>('pending/')) schedule(key, value);
    },
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
