import type { StreamMapping } from './mapping.ts';
import type { Entry } from './progress.ts';

/** What is delivered in order; a shard has as many lanes as its mapping's `ParallelizationFactor`. */
export interface Lane {
  add(entry: Entry): void;
  /** Delivers batch after batch until the signal aborts. */
  run(): Promise<void>;
}

interface Options {
  readonly mapping: StreamMapping;
  readonly signal: AbortSignal;
  deliver(batch: readonly Entry[]): Promise<void>;
}

/** 6 MB is Lambda's limit of an event; a little is for what is around the records. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024 - 1024;

export const createLane = ({ mapping, signal, deliver }: Options): Lane => {
  const { BatchSize = 100, MaximumBatchingWindowInSeconds: window = 0 } = mapping;
  let queue: Entry[] = [];
  let bytes = 0;
  let notify = () => {};
  signal.addEventListener('abort', () => notify());

  const sizeOf = createSizeOf(BatchSize);
  const isFull = () => queue.length >= BatchSize || bytes >= MAX_EVENT_BYTES;

  /** Settles when there is another entry, the signal aborts, or the time is over. */
  const change = (milliseconds?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      notify = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const take = (): readonly Entry[] => {
    let [count, size] = [0, 0];
    while (count < Math.min(queue.length, BatchSize)) {
      const next = sizeOf(queue[count] as Entry);
      if (count > 0 && size + next > MAX_EVENT_BYTES) break;
      size += next;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    bytes -= size;
    return batch;
  };

  return {
    add: (entry) => {
      queue.push(entry);
      bytes += sizeOf(entry);
      notify();
    },
    run: async () => {
      while (!signal.aborted) {
        if (queue.length === 0) {
          await change();
          continue;
        }
        // The window opens with the batch's first record.
        const end = performance.now() + window * 1000;
        for (
          let left = window * 1000;
          left > 0 && !isFull() && !signal.aborted;
          left = end - performance.now()
        ) {
          await change(left);
        }
        if (!signal.aborted) await deliver(take());
      }
    },
  };
};

/**
 * How much of an event a record takes: exact where it matters. Where even a full batch of such records can't reach
 * the limit, what it takes at most, which costs nothing to work out: no attribute's JSON is twelve times its size.
 */
const createSizeOf = (batchSize: number): ((entry: Entry) => number) => {
  const known = new WeakMap<Entry, number>();
  return (entry) => {
    const atMost = Number(entry.record.dynamodb.SizeBytes ?? MAX_EVENT_BYTES) * 12 + 600;
    if (atMost * batchSize <= MAX_EVENT_BYTES) return atMost;
    const size = known.get(entry) ?? Buffer.byteLength(JSON.stringify(entry.record)) + 300;
    known.set(entry, size);
    return size;
  };
};

/** The lane of an item: all records of one item are delivered in order. */
export const laneOf = ({ record }: Entry, lanes: number): number => {
  if (lanes === 1) return 0;
  const keys = record.dynamodb.Keys as Readonly<Record<string, unknown>>;
  // The engine writes an item's keys in any order.
  const text = JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (hash * 31 + text.charCodeAt(index)) | 0;
  return Math.abs(hash) % lanes;
};
