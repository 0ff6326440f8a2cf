import { AwsError } from '../cloud.ts';
import { percentile } from './distribution.ts';
import { type MetricName, type MetricStore, MINUTE_MS } from './metrics.ts';
import { merge, type Statistics } from './statistics.ts';

/** Values by the start of their period, in ms since 1970, the oldest first. */
export type Series = ReadonlyMap<number, number>;

/** The time of a question, in ms since 1970: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const validationError = (message: string) => new AwsError('ValidationException', message);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValueException', message);

/** Seconds since 1970, or text: the SDK sends the former, and a workflow the latter. */
export const timeOf = (value: unknown, name: string): number => {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (value === undefined) throw invalidParameter(`The parameter ${name} is required.`);
  if (Number.isNaN(time)) throw invalidParameter(`The parameter ${name} must be a timestamp.`);
  return time;
};

/** Milliseconds; what is kept is kept by the minute, so a shorter period has no more to show. */
export const periodOf = (seconds: unknown): number => {
  // Templates may write numbers as text.
  const number = Number(seconds);
  const isShort = [1, 5, 10, 20, 30].includes(number);
  if (!isShort && !(number > 0 && number % 60 === 0))
    throw validationError(
      `The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, and is ${seconds}`,
    );
  return isShort ? MINUTE_MS : number * 1000;
};

const READERS: Readonly<Record<string, (statistics: Statistics) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/** Reads one statistic such as `Sum` or `p99.9`; undefined where it isn't known. */
export const statisticReader = (stat: unknown): ((statistics: Statistics) => number | undefined) => {
  const read = READERS[String(stat)];
  if (read !== undefined) return read;
  const [, percent] = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(String(stat)) ?? [];
  if (percent === undefined)
    throw validationError(
      `The value ${stat} for parameter Stat is not supported: use SampleCount, Sum, Average, Minimum, Maximum or a percentile such as p99`,
    );
  return ({ distribution, minimum, maximum }) =>
    distribution && Math.min(Math.max(percentile(distribution, Number(percent)), minimum), maximum);
};

/** What a metric adds up to in each period of a span that has any value. */
export const statisticsOf = (
  metrics: MetricStore,
  metric: MetricName,
  period: number,
  { start, end }: Span,
): Map<number, Statistics> => {
  const from = Math.floor(start / period) * period;
  const within = metrics.read(metric).filter(({ minute }) => minute >= from && minute < end);
  const byPeriod = Map.groupBy(
    within.sort((a, b) => a.minute - b.minute),
    ({ minute }) => Math.floor(minute / period) * period,
  );
  return new Map([...byPeriod].map(([at, parts]) => [at, merge(parts.map(({ statistics }) => statistics))]));
};

export const seriesOf = (
  metrics: MetricStore,
  metric: MetricName,
  { stat, period, span }: { stat: unknown; period: number; span: Span },
): Series => {
  const read = statisticReader(stat);
  const series = new Map<number, number>();
  for (const [at, statistics] of statisticsOf(metrics, metric, period, span)) {
    const value = read(statistics);
    if (value !== undefined) series.set(at, value);
  }
  return series;
};

/** `[{ Name, Value }]` as a record. */
export const dimensionsOf = (
  list: readonly { readonly Name: string; readonly Value: string }[] = [],
): Record<string, string> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
