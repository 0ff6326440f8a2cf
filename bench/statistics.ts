/** What a benchmark prints of a list of durations, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly samples: number;
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const percentiles = (samples: readonly number[]): Percentiles => {
  const sorted = [...samples].sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), p99: at(sorted, 0.99), samples: sorted.length };
};

export const median = (samples: readonly number[]): number => percentiles(samples).p50;

/** How long `work` took, in milliseconds. */
export const timed = async <T>(work: () => Promise<T>): Promise<{ took: number; result: T }> => {
  const since = performance.now();
  const result = await work();
  return { took: performance.now() - since, result };
};
