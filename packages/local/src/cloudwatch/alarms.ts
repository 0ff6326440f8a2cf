import type { Cloud, Resource } from '../cloud.ts';
import { type AlarmRule, parseAlarmRule } from './alarm-rule.ts';
import { type AlarmState, evaluationRange, isSupported, judge, type Threshold } from './judge.ts';
import type { MetricStore } from './metrics.ts';
import { type Query, runQueries } from './queries.ts';
import { periodOf, type Span } from './series.ts';

interface Properties extends Threshold {
  readonly AlarmDescription?: string;
  readonly ActionsEnabled?: boolean;
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: number;
  readonly Unit?: string;
  readonly Metrics?: readonly Query[];
  /** Of a composite alarm. */
  readonly AlarmRule?: string;
}

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly properties: Properties;
}

export interface Change {
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Alarms {
  readonly all: readonly Alarm[];
  stateOf(alarm: Alarm): { state: AlarmState; reason: string; at: number };
  /** Judges every alarm by what has been measured up to now. */
  evaluate(now: number): Promise<void>;
}

const INITIAL = {
  state: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  at: 0,
} as const;

/** The metrics of an alarm as queries; one that names its metric by itself has one. */
const queriesOf = ({ properties }: Alarm): readonly Query[] =>
  properties.Metrics ?? [
    {
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: properties.Namespace ?? '',
          MetricName: properties.MetricName ?? '',
          ...(properties.Dimensions !== undefined && { Dimensions: properties.Dimensions }),
        },
        Period: Number(properties.Period),
        Stat: properties.Statistic ?? properties.ExtendedStatistic ?? '',
        ...(properties.Unit !== undefined && { Unit: properties.Unit }),
      },
    },
  ];

const periodOfAlarm = (queries: readonly Query[]): number =>
  Math.max(...queries.map(({ Period, MetricStat }) => periodOf(Period ?? MetricStat?.Period ?? 60)));

const toAlarm = ({ arn, ref, properties }: Resource<Properties>): Alarm => {
  // Templates may write numbers as text.
  const numbers = ['Threshold', 'EvaluationPeriods', 'DatapointsToAlarm', 'Period'] as const;
  const read = Object.fromEntries(
    numbers.flatMap((name) => (properties[name] === undefined ? [] : [[name, Number(properties[name])]])),
  );
  return { name: ref, arn, properties: { ...properties, ...read } };
};

const ruleOf = ({ name, properties }: Alarm): AlarmRule => {
  try {
    return parseAlarmRule(properties.AlarmRule ?? '');
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
};

/** The alarms of the templates. `changed` is told of each change of state. */
export const createAlarms = (
  cloud: Cloud,
  metrics: MetricStore,
  changed: (alarm: Alarm, change: Change) => Promise<void>,
): Alarms => {
  const store = cloud.store('cloudwatch');
  const simple = cloud.ofType<Properties>('AWS::CloudWatch::Alarm').map(toAlarm);
  const composite = cloud.ofType<Properties>('AWS::CloudWatch::CompositeAlarm').map(toAlarm);
  const all = [...simple, ...composite];
  const rules = new Map(composite.map((alarm): [Alarm, AlarmRule] => [alarm, ruleOf(alarm)]));
  const judged = simple.filter((alarm) => {
    if (isSupported(alarm.properties)) return true;
    cloud.log.warn(
      'cloudwatch',
      `${alarm.name}: ${alarm.properties.ComparisonOperator} does not run locally`,
    );
    return false;
  });
  type Kept = ReturnType<Alarms['stateOf']>;
  const stateOf = ({ name }: Alarm): Kept => store.get<Kept>(`alarm/${name}`) ?? INITIAL;

  const change = async (alarm: Alarm, to: AlarmState, reason: string, at: number): Promise<void> => {
    const { state: from } = stateOf(alarm);
    if (from === to) return;
    store.put(`alarm/${alarm.name}`, { state: to, reason, at } satisfies Kept);
    await changed(alarm, { from, to, reason, at });
  };

  const evaluateOne = async (alarm: Alarm, now: number): Promise<void> => {
    const queries = queriesOf(alarm);
    const span: Span = evaluationRange(alarm.properties, periodOfAlarm(queries), now);
    const results = runQueries(metrics, queries, span);
    const watched = queries.find(({ ReturnData }) => ReturnData !== false) ?? queries[0];
    const [line] = results.get(watched?.Id ?? '') ?? [];
    const { state, values } = judge(alarm.properties, line?.series ?? new Map(), stateOf(alarm).state);
    await change(alarm, state, reasonFor(alarm, state, values), now);
  };

  return {
    all,
    stateOf,
    evaluate: async (now) => {
      for (const alarm of judged) {
        await evaluateOne(alarm, now).catch((error) =>
          cloud.log.error('cloudwatch', `${alarm.name} can't be judged: ${error.message}`),
        );
      }
      const state = (wanted: string): AlarmState => {
        const alarm = all.find(({ name, arn }) => wanted === name || wanted === arn);
        return alarm === undefined ? 'INSUFFICIENT_DATA' : stateOf(alarm).state;
      };
      for (const [alarm, holds] of rules) {
        const to = holds(state) ? 'ALARM' : 'OK';
        await change(alarm, to, `${alarm.properties.AlarmRule} evaluates to ${to === 'ALARM'}`, now);
      }
    },
  };
};

const reasonFor = ({ properties }: Alarm, state: AlarmState, values: readonly number[]): string => {
  const points = `${values.length} ${values.length === 1 ? 'datapoint' : 'datapoints'}`;
  if (values.length === 0) return `Insufficient Data: ${points} were available`;
  const not = state === 'ALARM' ? '' : 'not ';
  return `Threshold Crossed: ${points} [${values.join(', ')}] ${values.length === 1 ? 'was' : 'were'} ${not}${properties.ComparisonOperator} (${properties.Threshold}).`;
};
