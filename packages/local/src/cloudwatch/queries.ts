import { evaluate } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import type { Line } from './lines.ts';
import type { MetricName, MetricStore } from './metrics.ts';
import { dimensionsOf, periodOf, type Span, seriesOf, validationError } from './series.ts';

/** One query of GetMetricData, or one metric of an alarm. */
export interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly Label?: string;
  readonly Period?: number;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
}

const check = (queries: readonly Query[]): void => {
  const seen = new Set<string>();
  for (const { Id, Expression, MetricStat } of queries) {
    if (!/^[a-z]\w{0,254}$/.test(Id))
      throw validationError(`The value ${Id} for parameter Id must start with a lower-case letter`);
    if (seen.has(Id)) throw validationError(`The value '${Id}' for parameter Id is not unique`);
    if ((Expression === undefined) === (MetricStat === undefined))
      throw validationError(`The query ${Id} must have either MetricStat or Expression`);
    seen.add(Id);
  }
};

const metricOf = ({ Metric }: NonNullable<Query['MetricStat']>): MetricName => ({
  namespace: Metric.Namespace,
  name: Metric.MetricName,
  dimensions: dimensionsOf(Metric.Dimensions),
});

/** What each query comes to, by its id: lines, of which an expression may give several. */
export const runQueries = (
  metrics: MetricStore,
  queries: readonly Query[],
  span: Span,
): ReadonlyMap<string, readonly Line[]> => {
  check(queries);
  const byId = new Map(queries.map((query) => [query.Id, query]));
  const known = new Map<string, Line | readonly Line[] | 'in progress'>();

  const queryOf = (id: string): Query => {
    const query = byId.get(id);
    if (query !== undefined) return query;
    throw validationError(`The expression refers to ${id}, which no query has as its Id`);
  };

  const lineOf = ({ Id, Label }: Query, stat: NonNullable<Query['MetricStat']>): Line => {
    const metric = metricOf(stat);
    const isOtherUnit = stat.Unit !== undefined && metrics.unitOf(metric) !== stat.Unit;
    const options = { stat: stat.Stat, period: periodOf(stat.Period), span };
    const series = seriesOf(metrics, metric, options);
    return { id: Id, label: Label ?? metric.name, series: isOtherUnit ? new Map() : series };
  };

  /** An expression without a period of its own has that of what it refers to: the longest. */
  const periodFor = ({ Period, MetricStat: own }: Query): number =>
    own !== undefined || Period !== undefined
      ? periodOf(own?.Period ?? Period)
      : Math.max(
          ...queries.map(({ MetricStat }) => (MetricStat === undefined ? 0 : periodOf(MetricStat.Period))),
        ) || 300_000;

  const result = (id: string): Line | readonly Line[] => {
    const query = queryOf(id);
    const before = known.get(id);
    if (before === 'in progress') throw validationError(`The expression of ${id} refers to itself`);
    if (before !== undefined) return before;
    known.set(id, 'in progress');
    const value = query.MetricStat !== undefined ? lineOf(query, query.MetricStat) : expressionOf(query);
    known.set(id, value);
    return value;
  };

  const expressionOf = (query: Query): Line | readonly Line[] => {
    const { Id, Expression = '', Label = Id } = query;
    const value = evaluate(parseExpression(Expression), {
      id: Id,
      label: Label,
      period: periodFor(query),
      span,
      query: result,
      periodOf: (id) => periodFor(queryOf(id)),
      metrics: () =>
        queries.filter(({ MetricStat }) => MetricStat !== undefined).map((each) => result(each.Id) as Line),
    });
    if (typeof value === 'number')
      throw validationError(`Error in expression '${Id}': it must give a time series, and gives a number`);
    return 'series' in value ? { ...value, id: Id, label: Label } : value;
  };

  return new Map(queries.map(({ Id }) => [Id, [result(Id)].flat()]));
};
