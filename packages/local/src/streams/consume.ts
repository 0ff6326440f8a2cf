import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Cloud } from '../cloud.ts';
import type { EventSource } from '../event-sources.ts';
import { measureIdleCores } from '../idle-cores.ts';
import { createLine } from './line.ts';
import type { StreamMapping } from './mapping.ts';
import { MAX_READ, openReader, type Reader } from './reader.ts';
import { createWakeUp } from './wake-up.ts';

interface Options extends EventSource<StreamMapping> {
  readonly signal: AbortSignal;
  /** A clock that never jumps. */
  readonly now: () => number;
}

/** Without any pace, a busy table is read once a record, in batches of one. */
const PACE_MS = 50;
/** Where no core is free, as often as Lambda reads a shard: fewer and larger batches leave more for all else. */
const PACE_WHEN_BUSY_MS = 250;

/** A batch for each lane, if there is as much: small batches are no reason to read one record at a time. */
const readLimit = ({ BatchSize = 100, ParallelizationFactor = 1 }: StreamMapping): number =>
  Math.min(Math.max(100, BatchSize * ParallelizationFactor), MAX_READ);

interface Checkpoint {
  readonly sequenceNumber: string;
}

/** Before its first record, a stream's position. */
const BEGINNING = '0';

/** A mapping that starts at the latest record leaves out what was written before it first existed. */
export const skipOlder = async (
  cloud: Cloud,
  { id, mapping, caller }: EventSource<StreamMapping>,
): Promise<void> => {
  const checkpoints = cloud.store('streams');
  if (mapping.StartingPosition !== 'LATEST' || checkpoints.get(id) !== undefined) return;
  const reader = await openReader(cloud, { caller, streamArn: mapping.EventSourceArn, after: undefined });
  let latest = BEGINNING;
  for (let records = await reader.read(MAX_READ); records.length > 0; records = await reader.read(MAX_READ)) {
    latest = records.at(-1)?.dynamodb.SequenceNumber ?? latest;
  }
  checkpoints.put(id, { sequenceNumber: latest } satisfies Checkpoint);
};

/** Feeds a function from a table's stream until the signal aborts; it goes on where it was, after kill -9 too. */
export const consume = async (cloud: Cloud, options: Options): Promise<void> => {
  const { id, mapping, caller, signal, functionName } = options;
  const checkpoints = cloud.store('streams');
  const streamArn = mapping.EventSourceArn;
  const wakeUp = createWakeUp(cloud, streamArn.split('/')[1] ?? '', signal);
  const line = createLine(cloud, options, (sequenceNumber) => {
    try {
      checkpoints.put(id, { sequenceNumber } satisfies Checkpoint);
    } catch (error) {
      // The next one is as good: what was delivered since the last one comes again after a crash.
      cloud.log.error(functionName, `its place in the stream can't be kept: ${(error as Error).message}`);
    }
  });
  const idleCores = measureIdleCores();
  const limit = readLimit(mapping);
  let after = checkpoints.get<Checkpoint>(id)?.sequenceNumber;
  let reader: Reader | undefined;
  while (!signal.aborted) {
    try {
      reader ??= await openReader(cloud, { caller, streamArn, after });
      await line.ready();
      if (signal.aborted) return;
      const nextRead = performance.now() + (idleCores() > 0.25 ? PACE_MS : PACE_WHEN_BUSY_MS);
      wakeUp.reset();
      const records = await reader.read(limit);
      after = records.at(-1)?.dynamodb.SequenceNumber ?? after;
      line.add(records, reader.shardId);
      // Fewer than asked for were all that there were; what was written since then has rung.
      if (records.length === limit) continue;
      await wakeUp.next();
      const pause = nextRead - performance.now();
      if (pause > 0) await delay(pause, undefined, { signal }).catch(() => {});
    } catch (error) {
      if (signal.aborted) return;
      // The authorizer has printed which link is missing; AWS would not even create this event source.
      if (error instanceof AwsError && error.code === 'AccessDeniedException') return;
      cloud.log.error(functionName, `its stream can't be read: ${error}`);
      reader = undefined;
      await delay(1_000, undefined, { signal }).catch(() => {});
    }
  }
};
