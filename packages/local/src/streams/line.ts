import type { Cloud } from '../cloud.ts';
import type { EventSource } from '../event-sources.ts';
import { createDelivery } from './deliver.ts';
import { compileFilters } from './filter.ts';
import { createLane, laneOf } from './lane.ts';
import type { StreamMapping } from './mapping.ts';
import { createProgress, type Entry } from './progress.ts';
import { MAX_READ, type StreamRecord } from './reader.ts';

interface Options extends EventSource<StreamMapping> {
  readonly signal: AbortSignal;
  /** A clock that never jumps. */
  readonly now: () => number;
}

export interface Line {
  add(records: readonly StreamRecord[], shardId: string): void;
  /** Settles when there is room for more. */
  ready(): Promise<void>;
}

/** From the shard to the function: filtered, spread over lanes, and kept account of. */
export const createLine = (cloud: Cloud, options: Options, save: (sequenceNumber: string) => void): Line => {
  const { mapping, signal, now } = options;
  const matches = compileFilters(mapping.FilterCriteria);
  const count = mapping.ParallelizationFactor ?? 1;
  let shardId = '';
  const progress = createProgress((sequenceNumber) => {
    if (!signal.aborted) save(sequenceNumber);
  });
  const deliver = createDelivery(cloud, {
    ...options,
    shardId: () => shardId,
    finish: (entries) => progress.finish(entries),
  });
  const lanes = Array.from({ length: count }, () => createLane({ mapping, signal, deliver }));
  for (const lane of lanes) void lane.run();
  // Enough for every lane to have its next batch while one is being worked on.
  const capacity = Math.max(MAX_READ, 2 * count * (mapping.BatchSize ?? 100));

  return {
    add: (records, shard) => {
      shardId = shard;
      const entries = records.map((record): Entry => {
        const age = Date.now() - record.dynamodb.ApproximateCreationDateTime * 1000;
        return { record, writtenAt: now() - Math.max(0, age), finished: !matches(record) };
      });
      progress.add(entries);
      for (const entry of entries) if (!entry.finished) lanes[laneOf(entry, count)]?.add(entry);
    },
    ready: () => progress.below(capacity),
  };
};
