import type { Datum, Metrics } from '../cloud.ts';
import { addTo } from './distribution.ts';
import { mergeInto, noValues, type Statistics, type Sums } from './statistics.ts';

/** What names a metric: with another set of dimensions it is another metric. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Metric extends MetricName {
  readonly minutes: Map<number, Statistics>;
  /** That of the last value. */
  unit: string;
}

/** Values as a client or a log line brings them. */
interface Sample extends MetricName {
  readonly value: number;
  /** How often the value occurred. Default 1. */
  readonly count?: number;
  readonly unit?: string;
  /** Milliseconds since 1970. Default now. */
  readonly at?: number | undefined;
}

export interface MetricStore extends Metrics {
  /** Adds a value; false where it is too old to be kept. */
  add(sample: Sample): boolean;
  /** Adds what somebody else has added up. */
  addSums(sample: Omit<Sample, 'value' | 'count'> & { readonly sums: Sums }): boolean;
  /** The minutes of one metric, in no order; `minute` in ms since 1970. */
  read(metric: MetricName): readonly { minute: number; statistics: Readonly<Statistics> }[];
  unitOf(metric: MetricName): string | undefined;
  /** Every metric that has had a value in the time that is kept. */
  list(): readonly MetricName[];
}

export const MINUTE_MS = 60_000;
/** Three hours: CloudWatch keeps a finer resolution no longer, and nobody on a laptop looks back further. */
const KEPT_MS = 180 * MINUTE_MS;

/**
 * Metrics by one part of their name after the other. To make one text of them would take most of the time that a
 * value takes: the parts are the same texts again and again, of which the engine knows the hash.
 */
interface Branch {
  readonly next: Map<string, Branch>;
  metric?: Metric;
}

const newBranch = (): Branch => ({ next: new Map() });

const step = (branch: Branch, part: string): Branch => {
  let next = branch.next.get(part);
  if (next === undefined) {
    next = newBranch();
    branch.next.set(part, next);
  }
  return next;
};

const branchOf = (root: Branch, { namespace, name, dimensions }: MetricName): Branch => {
  let branch = step(step(root, namespace), name);
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  for (const dimension of names) branch = step(step(branch, dimension), dimensions[dimension] as string);
  return branch;
};

/** Metrics in memory, minute by minute. */
export const createMetrics = (now: () => number = Date.now): MetricStore => {
  let root = newBranch();
  let metrics = new Set<Metric>();
  let lastSweep = now();

  /** A metric that nothing is told of any more gives its memory back. */
  const sweep = (time: number): void => {
    lastSweep = time;
    for (const { minutes } of metrics)
      for (const minute of minutes.keys()) if (minute <= time - KEPT_MS) minutes.delete(minute);
    const kept = [...metrics].filter(({ minutes }) => minutes.size > 0);
    if (kept.length === metrics.size) return;
    metrics = new Set(kept);
    root = newBranch();
    for (const metric of kept) branchOf(root, metric).metric = metric;
  };

  const statisticsAt = (name: MetricName, unit: string, at: number | undefined): Statistics | undefined => {
    const time = now();
    if (time - lastSweep >= MINUTE_MS) sweep(time);
    const minute = Math.floor((at ?? time) / MINUTE_MS) * MINUTE_MS;
    if (minute <= time - KEPT_MS) return undefined;
    const branch = branchOf(root, name);
    if (branch.metric === undefined) {
      const { namespace, dimensions } = name;
      branch.metric = { namespace, name: name.name, dimensions: { ...dimensions }, minutes: new Map(), unit };
      metrics.add(branch.metric);
    }
    const { metric } = branch;
    metric.unit = unit;
    let statistics = metric.minutes.get(minute);
    if (statistics === undefined) {
      statistics = noValues();
      metric.minutes.set(minute, statistics);
    }
    return statistics;
  };

  const add = (sample: Sample, unit: string): boolean => {
    const { value, count = 1 } = sample;
    const statistics = statisticsAt(sample, unit, sample.at);
    if (statistics === undefined) return false;
    mergeInto(statistics, { sum: value * count, count, minimum: value, maximum: value });
    if (statistics.distribution !== undefined) addTo(statistics.distribution, value, count);
    return true;
  };

  /** Without making a branch for what nobody has ever measured. */
  const find = ({ namespace, name, dimensions }: MetricName): Metric | undefined => {
    const parts = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
    let branch = root.next.get(namespace)?.next.get(name);
    for (const part of parts.flat()) branch = branch?.next.get(part);
    return branch?.metric;
  };

  return {
    put: (datum: Datum) => void add(datum, datum.unit ?? 'Count'),
    add: (sample) => add(sample, sample.unit ?? 'None'),
    addSums: (sample) => {
      const statistics = statisticsAt(sample, sample.unit ?? 'None', sample.at);
      if (statistics === undefined) return false;
      mergeInto(statistics, sample.sums);
      statistics.distribution = undefined;
      return true;
    },
    read: (metric) =>
      [...(find(metric)?.minutes ?? [])].map(([minute, statistics]) => ({
        minute,
        statistics,
      })),
    unitOf: (metric) => find(metric)?.unit,
    list: () => {
      sweep(now());
      return [...metrics];
    },
  };
};
