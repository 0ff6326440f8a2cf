import type { Caller, Cloud } from '../cloud.ts';
import type { Alarm, Change } from './alarms.ts';

/** As the names of regions stand in an alarm's message; another region goes by its code. */
const REGIONS: Readonly<Record<string, string>> = {
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
};

const triggerOf = ({ properties }: Alarm) => ({
  MetricName: properties.MetricName,
  Namespace: properties.Namespace,
  StatisticType: properties.ExtendedStatistic === undefined ? 'Statistic' : 'ExtendedStatistic',
  Statistic: properties.Statistic?.toUpperCase() ?? properties.ExtendedStatistic,
  Unit: properties.Unit ?? null,
  Dimensions: (properties.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
  Period: properties.Period,
  EvaluationPeriods: properties.EvaluationPeriods,
  DatapointsToAlarm: properties.DatapointsToAlarm,
  ComparisonOperator: properties.ComparisonOperator,
  Threshold: properties.Threshold,
  TreatMissingData: properties.TreatMissingData ?? '',
  ...(properties.Metrics !== undefined && { Metrics: properties.Metrics }),
});

/** What an alarm's topics are told. */
const messageOf = (cloud: Cloud, alarm: Alarm, { from, to, reason, at }: Change) => {
  const { properties, name, arn } = alarm;
  return {
    AlarmName: name,
    AlarmDescription: properties.AlarmDescription ?? null,
    AWSAccountId: cloud.accountId,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
    Region: REGIONS[cloud.region] ?? cloud.region,
    AlarmArn: arn,
    OldStateValue: from,
    OKActions: properties.OKActions ?? [],
    AlarmActions: properties.AlarmActions ?? [],
    InsufficientDataActions: properties.InsufficientDataActions ?? [],
    ...(properties.AlarmRule === undefined
      ? { Trigger: triggerOf(alarm) }
      : { AlarmRule: properties.AlarmRule }),
  };
};

/** Publishes a change to the topics that the alarm's template names for it. */
export const act = async (cloud: Cloud, alarm: Alarm, change: Change): Promise<void> => {
  const { AlarmActions, OKActions, InsufficientDataActions, ActionsEnabled } = alarm.properties;
  if (ActionsEnabled === false) return;
  const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions };
  for (const TopicArn of actions[change.to] ?? []) {
    if (TopicArn.split(':')[2] !== 'sns') {
      cloud.log.warn('cloudwatch', `${alarm.name}: the action ${TopicArn} does not run locally`);
      continue;
    }
    const Subject = `${change.to}: "${alarm.name}" in ${REGIONS[cloud.region] ?? cloud.region}`.slice(0, 100);
    const Message = JSON.stringify(messageOf(cloud, alarm, change));
    await cloud
      .call(publisherTo(cloud, TopicArn, alarm.arn), 'sns', 'Publish', { TopicArn, Subject, Message })
      .catch((error) =>
        cloud.log.error('cloudwatch', `${alarm.name} could not be published: ${error.message}`),
      );
  }
};

/** A topic without a policy of its own has SNS's default one, which lets its own account's services publish. */
const publisherTo = (cloud: Cloud, topic: string, sourceArn: string): Caller => {
  const hasPolicy = cloud
    .ofType<{ Topics?: readonly string[] }>('AWS::SNS::TopicPolicy')
    .some(({ properties }) => properties.Topics?.includes(topic));
  return hasPolicy ? { kind: 'service', principal: 'cloudwatch.amazonaws.com', sourceArn } : { kind: 'root' };
};
