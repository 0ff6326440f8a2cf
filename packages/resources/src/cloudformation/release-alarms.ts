import { type Address, arnByName, logicalId, physicalName } from '../naming.ts';
import {
  getAtt,
  type Stage,
  sub,
  type TemplateResource,
  type TemplateResources,
  type Value,
} from '../template.ts';

/**
 * Who calls a function: a customer who waits for an answer, a queue or a stream that is told which items failed, or
 * somebody who gets to see what the function throws (a workflow, a rotation).
 */
export type Invoker = 'customer' | 'source' | 'caller';

export interface ReleaseOptions {
  readonly address: Address;
  /** The function's logical id. */
  readonly functionId: string;
  /** Its newest version's. */
  readonly versionId: string;
  /** Who calls the function decides what of it counts as failed. */
  readonly invoker: Invoker;
  readonly alias: string;
  readonly stage: Stage;
}

/** A release is stopped where at least so many calls of the new version fail within a minute… */
const FAILURES = 2;
/** …and they are so large a share of all, in percent: one call in a busy minute may fail with any version. */
const SHARE = 5;
/** …or where of the calls that customers wait for the slowest twentieth takes as long as this, in milliseconds. */
const SLOW_MS = 3000;

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: Value }[];
}

/** Alarms on a function's new version alone: the old one, which takes most of the traffic, would hide it. */
export const releaseAlarms = (options: ReleaseOptions): TemplateResources => {
  const { address, functionId, versionId, invoker, alias } = options;
  const id = logicalId(address.name);
  const lambda = (MetricName: string): Metric => ({
    Namespace: 'AWS/Lambda',
    MetricName,
    Dimensions: [
      { Name: 'FunctionName', Value: { Ref: functionId } },
      { Name: 'Resource', Value: sub(`\${${functionId}}:${alias}`) },
      { Name: 'ExecutedVersion', Value: getAtt(versionId, 'Version') },
    ],
  });
  // What the function kit counts, because Lambda takes it for the contrary: see packages/functions.
  const kit = (MetricName: 'Faults' | 'Refusals'): Metric => ({
    Namespace: 'Emporium',
    MetricName,
    Dimensions: [
      { Name: 'service', Value: address.context },
      { Name: 'function_name', Value: { Ref: functionId } },
      { Name: 'version', Value: getAtt(versionId, 'Version') },
    ],
  });
  const misjudged = invoker === 'caller' ? kit('Refusals') : kit('Faults');
  const failed = `FILL(errors, 0) ${invoker === 'caller' ? '-' : '+'} FILL(misjudged, 0)`;
  return {
    [`${id}FailuresAlarm`]: alarm(options, 'failures', `More than ${SHARE} % of its calls fail`, {
      Metrics: [
        sum('errors', lambda('Errors')),
        sum('calls', lambda('Invocations')),
        sum('misjudged', misjudged),
        { Id: 'failed', Expression: failed, ReturnData: false },
        {
          Id: 'share',
          Label: 'Failed calls, %',
          Expression: `IF(failed >= ${FAILURES}, 100 * failed / calls, 0)`,
          ReturnData: true,
        },
      ],
      EvaluationPeriods: 1,
      Threshold: SHARE,
    }),
    ...(invoker === 'customer' && {
      [`${id}SlownessAlarm`]: alarm(options, 'slowness', `The slowest calls take more than ${SLOW_MS} ms`, {
        ...lambda('Duration'),
        ExtendedStatistic: 'p95',
        Period: 60,
        // Cold starts come together when a version gets its first traffic, and are over after a minute.
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: SLOW_MS,
      }),
    }),
  };
};

const sum = (id: string, metric: Metric) => ({
  Id: id,
  MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' },
  ReturnData: false,
});

const alarm = (
  { address, stage: { stage } }: ReleaseOptions,
  what: string,
  description: string,
  properties: Readonly<Record<string, unknown>>,
): TemplateResource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: `${physicalName(address, stage)}-${what}`,
    AlarmDescription: `${description}: a release in progress is rolled back.`,
    ...properties,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [sub(arnByName.topic({ context: 'platform', name: 'AlarmTopic' }, stage))],
  },
});
