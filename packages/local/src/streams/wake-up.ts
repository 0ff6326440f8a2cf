import type { Cloud } from '../cloud.ts';
import { onWrite } from '../dynamodb/writes.ts';

export interface WakeUp {
  reset(): void;
  /** Settles at the next write, or at once if one came since the last reset. */
  next(): Promise<void>;
}

/** Every write is announced; this is for a write whose announcement a crash of the caller swallowed. */
const IDLE_MS = 5_000;

/** Wakes the reader of a table's stream when the table was written to, so that it need not poll. */
export const createWakeUp = (cloud: Cloud, table: string, signal: AbortSignal): WakeUp => {
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
