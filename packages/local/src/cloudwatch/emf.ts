import type { MetricStore } from './metrics.ts';

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

/** CloudWatch's limits. */
const MAX_DIMENSIONS = 30;
const MAX_VALUES = 100;
const MAX_METRICS = 100;
/** How far ahead a time may be. */
const MAX_AHEAD_MS = 2 * 3_600_000;

/**
 * Adds the metrics of a log line in the embedded metric format. Lines that are none, which most are, cost no parsing.
 * What breaks the format's rules is left out, as CloudWatch leaves it out.
 */
export const addEmbedded = (metrics: MetricStore, line: string): void => {
  if (!line.includes('"_aws"')) return;
  const root = parse(line);
  const { Timestamp, CloudWatchMetrics } = (root?._aws ?? {}) as Record<string, unknown>;
  if (root === undefined || !Array.isArray(CloudWatchMetrics)) return;
  if (typeof Timestamp !== 'number' || Timestamp > Date.now() + MAX_AHEAD_MS) return;
  for (const directive of CloudWatchMetrics as Directive[]) addDirective(metrics, root, directive, Timestamp);
};

const parse = (line: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
};

const addDirective = (
  metrics: MetricStore,
  root: Record<string, unknown>,
  { Namespace, Dimensions, Metrics }: Directive,
  at: number,
): void => {
  if (typeof Namespace !== 'string' || !Array.isArray(Metrics)) return;
  const sets = (Array.isArray(Dimensions) ? Dimensions : [[]]).flatMap((names) => dimensionsOf(root, names));
  for (const { Name, Unit } of Metrics.slice(0, MAX_METRICS)) {
    for (const value of [root[Name]].flat().slice(0, MAX_VALUES)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const sample = { namespace: Namespace, name: String(Name), value, unit: Unit ?? 'None', at };
      for (const dimensions of sets) metrics.add({ ...sample, dimensions });
    }
  }
};

/** One set; none where a name stands for nothing that the line has. */
const dimensionsOf = (root: Record<string, unknown>, names: unknown): Record<string, string>[] => {
  if (!Array.isArray(names) || names.length > MAX_DIMENSIONS) return [];
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = root[name];
    if (typeof value !== 'string' || value === '') return [];
    dimensions[name] = value;
  }
  return [dimensions];
};
