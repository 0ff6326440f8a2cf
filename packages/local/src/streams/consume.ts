import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import { onWrite } from '../dynamodb/writes.ts';
import { deliver, type StreamMapping } from './deliver.ts';
import { compileFilters } from './filter.ts';
import { openReader, type StreamRecord } from './reader.ts';

interface Options {
  /** Under which the position in the stream is kept. */
  readonly id: string;
  readonly mapping: StreamMapping;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Writes through the endpoint wake the reader; this is for what the engine itself removes when its time to live is over. */
const IDLE_MS = 5_000;

/** Lambda reads a shard four times a second. Without any pace, a busy table is read once a record, in batches of one. */
const PACE_MS = 50;

interface Checkpoint {
  readonly sequenceNumber: string;
}

/** Feeds a function from a table's stream until the signal aborts; it goes on where it was, after kill -9 too. */
export const consume = async (cloud: Cloud, options: Options): Promise<void> => {
  const { mapping, signal } = options;
  const wakeUp = createWakeUp(cloud, mapping.EventSourceArn.split('/')[1] ?? '', signal);
  while (!signal.aborted) {
    try {
      await read(cloud, options, wakeUp);
    } catch (error) {
      if (signal.aborted) return;
      // The authorizer has printed which link is missing; AWS would not even create this event source.
      if (error instanceof AwsError && error.code === 'AccessDeniedException') return;
      cloud.log.error(mapping.FunctionName, `its stream can't be read: ${error}`);
      await delay(1_000, undefined, { signal }).catch(() => {});
    }
  }
};

/** Before its first record, a stream's position. */
const BEGINNING = '0';

/** A mapping that starts at the latest record leaves out what was written before it first existed. */
export const skipOlder = async (
  cloud: Cloud,
  { id, mapping, caller }: Omit<Options, 'signal'>,
): Promise<void> => {
  const checkpoints = cloud.store('streams');
  if (mapping.StartingPosition !== 'LATEST' || checkpoints.get(id) !== undefined) return;
  const reader = await openReader(cloud, { caller, streamArn: mapping.EventSourceArn, after: undefined });
  let latest = BEGINNING;
  for (let records = await reader.read(1000); records.length > 0; records = await reader.read(1000)) {
    latest = records.at(-1)?.dynamodb.SequenceNumber ?? latest;
  }
  checkpoints.put(id, { sequenceNumber: latest } satisfies Checkpoint);
};

const read = async (
  cloud: Cloud,
  { id, mapping, caller, signal }: Options,
  wakeUp: WakeUp,
): Promise<void> => {
  const checkpoints = cloud.store('streams');
  const checkpoint = checkpoints.get<Checkpoint>(id);
  const streamArn = mapping.EventSourceArn;
  const reader = await openReader(cloud, { caller, streamArn, after: checkpoint?.sequenceNumber });
  const save = (sequenceNumber: string) => checkpoints.put(id, { sequenceNumber } satisfies Checkpoint);
  const matches = compileFilters(mapping.FilterCriteria);

  const limit = mapping.BatchSize ?? 100;
  const handle = async (records: readonly StreamRecord[], last: StreamRecord) => {
    const events = records
      .filter(matches)
      .map((record) => ({ ...record, awsRegion: cloud.region, eventSourceARN: streamArn }));
    const done = (record: StreamRecord) => save(record.dynamodb.SequenceNumber);
    await deliver(cloud, { mapping, caller, shardId: reader.shardId, signal, done }, events);
    if (!signal.aborted) save(last.dynamodb.SequenceNumber);
  };

  while (!signal.aborted) {
    const nextRead = Date.now() + PACE_MS;
    wakeUp.reset();
    const records = await reader.read(limit);
    const last = records.at(-1);
    if (last !== undefined) await handle(records, last);
    // Fewer than asked for were all that there were; what was written since then has rung.
    if (records.length === limit) continue;
    await wakeUp.next();
    const pause = nextRead - Date.now();
    if (pause > 0) await delay(pause, undefined, { signal }).catch(() => {});
  }
};

interface WakeUp {
  reset(): void;
  /** Settles at the next write, or at once if one came since the last reset. */
  next(): Promise<void>;
}

const createWakeUp = (cloud: Cloud, table: string, signal: AbortSignal): WakeUp => {
  let written = false;
  let wake = () => {};
  const ring = () => {
    written = true;
    wake();
  };
  const off = onWrite(cloud, table, ring);
  signal.addEventListener('abort', () => {
    off();
    ring();
  });
  return {
    reset: () => {
      written = false;
    },
    next: () =>
      new Promise((resolve) => {
        if (written || signal.aborted) return resolve();
        const timer = setTimeout(resolve, IDLE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
};
