import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { metrics } from '../observability.ts';
import type { CacheEntries, CacheResource } from './entries.ts';

/** A cache in front of a context's table. */
export interface Cache<Value> {
  /** The cached value, or a loaded one. Fails only where the load does. */
  get(key: string): Promise<Value>;
  /** Forgets a key, so that the next reader sees what was just written. The table's stream does it in any case. */
  invalidate(key: string): Promise<void>;
}

/** How a cache loads, and for how long it keeps. */
export interface CacheOptions<Value> {
  /** The linked cache: its engine is the stage's choice. */
  readonly resource: CacheResource;
  readonly entries: CacheEntries;
  /** How long a value is kept at most, in seconds, less up to a fifth. In a container's memory never over 1 second. */
  readonly ttlSeconds: number;
  /** The same for there being nothing (`undefined`); by default 5 seconds. */
  readonly missTtlSeconds?: number;
  /** Whether to keep a value; what changes soon is not worth it. */
  readonly keep?: (value: Value) => boolean;
  /** Reads the table, **consistently**: an old copy that is read after a write's invalidation would stay. */
  readonly load: (key: string) => Promise<Value>;
  /** How long a reader waits for an answer of a server, connecting included; by default 50 ms. */
  readonly patienceMs?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  /** By default, a metric of the function. */
  readonly count?: (metric: CacheMetric) => void;
}

/** What is counted: `CacheOpen` stands for a read that went past a server which is left alone for a while. */
export type CacheMetric = 'CacheHit' | 'CacheMiss' | 'CacheError' | 'CacheOpen';

const MISS_SECONDS = 5;

/** How long to keep a value, in seconds. Jittered, so that what was stored together does not end together. */
export const lifeOf = <Value>(
  { ttlSeconds, missTtlSeconds = MISS_SECONDS, keep }: CacheOptions<Value>,
  value: Value,
  longest = Number.POSITIVE_INFINITY,
): number => {
  if (value !== undefined && keep?.(value) === false) return 0;
  const life = value === undefined ? Math.min(missTtlSeconds, ttlSeconds) : ttlSeconds;
  return Math.min(life, longest) * (1 - Math.random() / 5);
};

/** Counts in the container's metrics. */
export const countMetric = (metric: CacheMetric): void => {
  metrics.addMetric(metric, MetricUnit.Count, 1);
};
