import type { Datum, Metrics } from '../cloud.ts';

/** What one minute of a metric adds up to, as CloudWatch keeps it. */
interface Statistics {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface MetricStore extends Metrics {
  /** The minutes of one metric, the oldest first; `minute` in ms since 1970. */
  read(
    metric: Pick<Datum, 'namespace' | 'name' | 'dimensions'>,
  ): { minute: number; statistics: Statistics }[];
}

const MINUTE_MS = 60_000;
/** Three hours: CloudWatch keeps a finer resolution no longer. */
const KEPT_MINUTES = 180;

const keyOf = ({ namespace, name, dimensions }: Pick<Datum, 'namespace' | 'name' | 'dimensions'>): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Metrics in memory, minute by minute. */
export const createMetrics = (now: () => number = Date.now): MetricStore => {
  const metrics = new Map<string, Map<number, Statistics>>();
  return {
    put: (datum) => {
      const key = keyOf(datum);
      const minutes = metrics.get(key) ?? new Map<number, Statistics>();
      metrics.set(key, minutes);
      const minute = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
      minutes.set(minute, add(minutes.get(minute), datum.value));
      const [oldest] = minutes.keys();
      if (minutes.size > KEPT_MINUTES && oldest !== undefined) minutes.delete(oldest);
    },
    read: (metric) =>
      [...(metrics.get(keyOf(metric)) ?? [])].map(([minute, statistics]) => ({ minute, statistics })),
  };
};

const add = (known: Statistics | undefined, value: number): Statistics => ({
  sum: (known?.sum ?? 0) + value,
  count: (known?.count ?? 0) + 1,
  minimum: Math.min(known?.minimum ?? value, value),
  maximum: Math.max(known?.maximum ?? value, value),
});
