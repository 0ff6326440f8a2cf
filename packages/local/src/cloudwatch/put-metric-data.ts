import type { MetricStore } from './metrics.ts';
import { dimensionsOf, invalidParameter, timeOf } from './series.ts';

type Dimensions = readonly { readonly Name: string; readonly Value: string }[];

interface PutMetricData {
  readonly Namespace?: string;
  readonly MetricData?: readonly {
    readonly MetricName?: string;
    readonly Dimensions?: Dimensions;
    readonly Timestamp?: unknown;
    readonly Value?: number;
    readonly Values?: readonly number[];
    readonly Counts?: readonly number[];
    readonly StatisticValues?: Readonly<Record<'SampleCount' | 'Sum' | 'Minimum' | 'Maximum', number>>;
    readonly Unit?: string;
  }[];
}

/** AWS's limits. */
const MAX_DATA = 1000;
const MAX_DIMENSIONS = 30;

export const putMetricData = (metrics: MetricStore, { Namespace, MetricData = [] }: PutMetricData) => {
  if (!Namespace) throw invalidParameter('The parameter Namespace is required.');
  if (Namespace.startsWith('AWS/'))
    throw invalidParameter('The value AWS/ for parameter Namespace is invalid.');
  if (MetricData.length > MAX_DATA)
    throw invalidParameter(`The collection MetricData must not have a size greater than ${MAX_DATA}.`);
  const adders = MetricData.map((datum, index) => {
    const at = `MetricData.member.${index + 1}`;
    const { MetricName, Dimensions = [], Timestamp, Unit = 'None', StatisticValues } = datum;
    if (!MetricName) throw invalidParameter(`The parameter ${at}.MetricName is required.`);
    if (Dimensions.length > MAX_DIMENSIONS)
      throw invalidParameter(
        `The collection ${at}.Dimensions must not have a size greater than ${MAX_DIMENSIONS}.`,
      );
    const sample = {
      namespace: Namespace,
      name: MetricName,
      dimensions: dimensionsOf(Dimensions),
      unit: Unit,
      at: Timestamp === undefined ? undefined : timeOf(Timestamp, `${at}.Timestamp`),
    };
    if (StatisticValues !== undefined) {
      const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
      return () => metrics.addSums({ ...sample, sums: { count, sum, minimum, maximum } });
    }
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    if (values.length === 0)
      throw invalidParameter(
        `At least one of the parameters ${at}.Value, Values or StatisticValues must be specified.`,
      );
    if (values.some((value) => !Number.isFinite(value)))
      throw invalidParameter(`The value of ${at} must be a finite number.`);
    return () => {
      for (const [nth, value] of values.entries())
        metrics.add({ ...sample, value, count: datum.Counts?.[nth] ?? 1 });
    };
  });
  // Only once nothing of the call was refused.
  for (const add of adders) add();
  return {};
};
