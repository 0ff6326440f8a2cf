import type { Worker } from 'node:worker_threads';

/** Ends workers that take more memory than their function has: V8 limits a thread's objects, but not its buffers. */
export interface MemoryGuard {
  /** Gives what ends the watch. */
  watch(worker: Worker, megabytes: number, on: { isBusy(): boolean; onExceeded(): void }): () => void;
  stop(): void;
}

/** A call that is over sooner is never looked at. */
const EVERY_MS = 250;

export const createMemoryGuard = (): MemoryGuard => {
  const checks = new Set<() => void>();
  const timer = setInterval(() => {
    for (const check of checks) check();
  }, EVERY_MS).unref();
  return {
    watch: (worker, megabytes, { isBusy, onExceeded }) => {
      const check = async () => {
        if (!isBusy()) return;
        // It fails where the worker has ended meanwhile.
        const statistics = await worker.getHeapStatistics().catch(() => undefined);
        if (statistics === undefined || !checks.has(check)) return;
        if (statistics.external_memory > megabytes * 1024 * 1024) onExceeded();
      };
      checks.add(check);
      return () => checks.delete(check);
    },
    stop: () => clearInterval(timer),
  };
};
