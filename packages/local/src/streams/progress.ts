import type { StreamRecord } from './reader.ts';

/** A record on its way to the function. */
export interface Entry {
  readonly record: StreamRecord;
  /** When it was written, on a clock that never jumps. */
  readonly writtenAt: number;
  finished: boolean;
}

export interface Progress {
  add(entries: readonly Entry[]): void;
  /** Marks entries as dealt with, and moves the checkpoint where nothing before it is left. */
  finish(entries: readonly Entry[]): void;
  /** Settles when fewer than `limit` records are on their way. */
  below(limit: number): Promise<void>;
}

/** Which records of a shard are dealt with: lanes finish in any order, but the checkpoint only moves over what all of them have finished. */
export const createProgress = (save: (sequenceNumber: string) => void): Progress => {
  let pending: Entry[] = [];
  let notify = () => {};

  const advance = () => {
    const firstOpen = pending.findIndex(({ finished }) => !finished);
    const count = firstOpen === -1 ? pending.length : firstOpen;
    const last = pending[count - 1];
    if (last === undefined) return;
    pending = pending.slice(count);
    save(last.record.dynamodb.SequenceNumber);
    notify();
  };

  return {
    add: (entries) => {
      pending.push(...entries);
      advance();
    },
    finish: (entries) => {
      for (const entry of entries) entry.finished = true;
      advance();
    },
    below: async (limit) => {
      while (pending.length >= limit) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    },
  };
};
