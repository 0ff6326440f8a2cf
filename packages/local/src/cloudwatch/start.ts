import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { act } from './alarm-actions.ts';
import { type Alarm, type Alarms, createAlarms } from './alarms.ts';
import { getMetricData, getMetricStatistics, listMetrics } from './api.ts';
import { type MetricStore, MINUTE_MS } from './metrics.ts';
import { putMetricData } from './put-metric-data.ts';

/** CloudWatch: metrics of the last three hours, and the alarms of the templates, judged once a minute. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const metrics = cloud.metrics as MetricStore;
  const alarms = createAlarms(cloud, metrics, (alarm, change) => act(cloud, alarm, change));
  const operations: Readonly<Record<string, (input: never) => unknown>> = {
    PutMetricData: (input) => putMetricData(metrics, input),
    GetMetricData: (input) => getMetricData(metrics, input),
    GetMetricStatistics: (input) => getMetricStatistics(metrics, input),
    ListMetrics: (input) => listMetrics(metrics, input),
    DescribeAlarms: (input) => describeAlarms(alarms, input),
  };
  const tick = setInterval(() => void alarms.evaluate(Date.now()), MINUTE_MS);
  return {
    api: {
      permissions: (action: string, { Namespace }: { Namespace?: string }) => [
        {
          action: `cloudwatch:${action}`,
          resource: '*',
          ...(action === 'PutMetricData' &&
            Namespace !== undefined && { context: { 'cloudwatch:namespace': Namespace } }),
        },
      ],
      handle: async (action: string, input) => {
        const operation = operations[action];
        if (operation === undefined)
          throw new AwsError('UnknownOperationException', `cloudwatch:${action} does not run locally`, 404);
        return operation(input);
      },
    },
    stop: async () => clearInterval(tick),
  };
};

interface DescribeAlarms {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
  readonly AlarmTypes?: readonly string[];
}

const describeAlarms = (
  { all, stateOf }: Alarms,
  { AlarmNames, AlarmNamePrefix = '', StateValue, AlarmTypes = ['MetricAlarm'] }: DescribeAlarms,
) => {
  const isComposite = ({ properties }: Alarm) => properties.AlarmRule !== undefined;
  const found = all.filter(
    (alarm) =>
      (AlarmNames?.includes(alarm.name) ?? true) &&
      alarm.name.startsWith(AlarmNamePrefix) &&
      (StateValue === undefined || stateOf(alarm).state === StateValue),
  );
  const describe = (alarm: Alarm) => {
    const { state, reason, at } = stateOf(alarm);
    return {
      AlarmName: alarm.name,
      AlarmArn: alarm.arn,
      ActionsEnabled: true,
      ...alarm.properties,
      StateValue: state,
      StateReason: reason,
      StateUpdatedTimestamp: at / 1000,
    };
  };
  const ofType = (type: string, wanted: (alarm: Alarm) => boolean) =>
    AlarmTypes.includes(type) ? found.filter(wanted).map(describe) : [];
  return {
    MetricAlarms: ofType('MetricAlarm', (alarm) => !isComposite(alarm)),
    CompositeAlarms: ofType('CompositeAlarm', isComposite),
  };
};
