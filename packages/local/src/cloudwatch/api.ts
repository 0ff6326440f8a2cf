import type { MetricName, MetricStore } from './metrics.ts';
import { type Query, runQueries } from './queries.ts';
import {
  dimensionsOf,
  invalidParameter,
  periodOf,
  statisticReader,
  statisticsOf,
  timeOf,
  validationError,
} from './series.ts';
import type { Statistics } from './statistics.ts';

type Dimensions = readonly { readonly Name: string; readonly Value: string }[];

/** AWS's limits. */
const MAX_QUERIES = 500;
const PAGE = 500;
const MAX_DATAPOINTS = 1440;

interface GetMetricData {
  readonly MetricDataQueries?: readonly Query[];
  readonly StartTime?: unknown;
  readonly EndTime?: unknown;
  readonly ScanBy?: 'TimestampAscending' | 'TimestampDescending';
}

const spanOf = ({ StartTime, EndTime }: { StartTime?: unknown; EndTime?: unknown }) => {
  const span = { start: timeOf(StartTime, 'StartTime'), end: timeOf(EndTime, 'EndTime') };
  if (span.start >= span.end)
    throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  return span;
};

export const getMetricData = (metrics: MetricStore, input: GetMetricData) => {
  const { MetricDataQueries: queries = [], ScanBy } = input;
  if (queries.length > MAX_QUERIES)
    throw validationError(
      `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
    );
  const results = runQueries(metrics, queries, spanOf(input));
  return {
    MetricDataResults: queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .flatMap(({ Id }) => results.get(Id) ?? [])
      .map(({ id, label, series }) => {
        const points = ScanBy === 'TimestampAscending' ? [...series] : [...series].reverse();
        return {
          Id: id,
          Label: label,
          Timestamps: points.map(([at]) => at / 1000),
          Values: points.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
    Messages: [],
  };
};

interface GetMetricStatistics {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: Dimensions;
  readonly StartTime?: unknown;
  readonly EndTime?: unknown;
  readonly Period: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
  readonly Unit?: string;
}

export const getMetricStatistics = (metrics: MetricStore, input: GetMetricStatistics) => {
  const { Statistics: plain = [], ExtendedStatistics: extended = [], Unit } = input;
  if (plain.length + extended.length === 0)
    throw invalidParameter(
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    );
  const readers = [...plain, ...extended].map((stat) => [stat, statisticReader(stat)] as const);
  const metric: MetricName = {
    namespace: input.Namespace,
    name: input.MetricName,
    dimensions: dimensionsOf(input.Dimensions),
  };
  const unit = metrics.unitOf(metric);
  const span = spanOf(input);
  const period = periodOf(input.Period);
  if ((span.end - span.start) / period > MAX_DATAPOINTS)
    throw invalidParameter(
      `You have requested up to ${Math.ceil((span.end - span.start) / period)} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}.`,
    );
  const periods = Unit !== undefined && Unit !== unit ? [] : [...statisticsOf(metrics, metric, period, span)];
  const values = (names: readonly string[], statistics: Statistics) =>
    Object.fromEntries(
      readers.filter(([stat]) => names.includes(stat)).map(([stat, read]) => [stat, read(statistics)]),
    );
  return {
    Label: metric.name,
    Datapoints: periods.map(([at, statistics]) => ({
      Timestamp: at / 1000,
      Unit: unit,
      ...values(plain, statistics),
      ...(extended.length > 0 && { ExtendedStatistics: values(extended, statistics) }),
    })),
  };
};

interface ListMetrics {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
  readonly NextToken?: string;
}

export const listMetrics = (
  metrics: MetricStore,
  { Namespace, MetricName, Dimensions = [], NextToken }: ListMetrics,
) => {
  const start = Number(NextToken ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Request parameter NextToken is invalid');
  const found = metrics
    .list()
    .filter(
      ({ namespace, name, dimensions }) =>
        (Namespace === undefined || namespace === Namespace) &&
        (MetricName === undefined || name === MetricName) &&
        Dimensions.every(({ Name, Value }) =>
          Value === undefined ? Name in dimensions : dimensions[Name] === Value,
        ),
    );
  return {
    Metrics: found.slice(start, start + PAGE).map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(found.length > start + PAGE && { NextToken: String(start + PAGE) }),
  };
};
