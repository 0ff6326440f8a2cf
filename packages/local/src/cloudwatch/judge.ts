import type { Series } from './series.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Threshold {
  readonly ComparisonOperator: string;
  readonly Threshold?: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const isSupported = ({ ComparisonOperator }: Threshold): boolean => ComparisonOperator in COMPARISONS;

/** How many periods CloudWatch looks back beyond those that it judges, for values that came late. */
const EXTRA_PERIODS = 2;

/** The periods that an alarm looks at: all of them are over. */
export const evaluationRange = (
  { EvaluationPeriods }: Threshold,
  period: number,
  now: number,
): { start: number; end: number } => {
  const end = Math.floor(now / period) * period;
  return { start: end - (EvaluationPeriods + EXTRA_PERIODS) * period, end };
};

/** The state that a series puts an alarm in; `current` where what is missing leaves it as it is. */
export const judge = (
  alarm: Threshold,
  series: Series,
  current: AlarmState,
): { state: AlarmState; values: readonly number[] } => {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, Threshold = 0 } = alarm;
  const breaches = COMPARISONS[alarm.ComparisonOperator] as (value: number, threshold: number) => boolean;
  const values = [...series.values()].slice(-periods);
  const breaching = values.filter((value) => breaches(value, Threshold)).length;
  const missing = periods - values.length;
  const state = (): AlarmState => {
    if (breaching >= needed) return 'ALARM';
    if (missing === 0) return 'OK';
    switch (alarm.TreatMissingData) {
      case 'breaching':
        return breaching + missing >= needed ? 'ALARM' : 'OK';
      case 'notBreaching':
        return 'OK';
      case 'ignore':
        return breaching === values.length ? current : 'OK';
      default:
        if (values.length === 0) return 'INSUFFICIENT_DATA';
        return breaching === values.length ? 'ALARM' : 'OK';
    }
  };
  return { state: state(), values };
};
