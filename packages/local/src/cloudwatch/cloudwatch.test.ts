import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessKeyOf } from '../iam/credentials.ts';
import { outboxOf } from '../outbox/outbox.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { credentialsOf } from '../test-signing.ts';
import { act } from './alarm-actions.ts';
import { createAlarms } from './alarms.ts';
import type { MetricStore } from './metrics.ts';

const alarm = (AlarmName: string, more: object) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 3,
    AlarmActions: [{ Ref: 'Topic' }],
    OKActions: [{ Ref: 'Topic' }],
    TreatMissingData: 'notBreaching',
    ...more,
  },
});

const metric = (MetricName: string) => ({ Namespace: 'Shop', MetricName });

const shop = packageForTest({
  functions: {
    count: `export const handler = async () => console.log(JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Embedded', Dimensions: [[]], Metrics: [{ Name: 'Orders' }] }] },
      Orders: 7,
    }));`,
  },
  resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Errors: alarm('errors', { ...metric('Errors'), Statistic: 'Sum', Period: '60' }),
    Rate: alarm('rate', {
      Threshold: 50,
      Metrics: [
        { Id: 'e', MetricStat: { Metric: metric('Errors'), Period: 60, Stat: 'Sum' }, ReturnData: false },
        { Id: 'n', MetricStat: { Metric: metric('Requests'), Period: 60, Stat: 'Sum' }, ReturnData: false },
        { Id: 'rate', Expression: '100 * e / n' },
      ],
      AlarmActions: [],
    }),
    Both: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: {
        AlarmName: 'both',
        AlarmRule: 'ALARM(errors) AND ALARM("rate")',
        AlarmActions: [{ Ref: 'Topic' }],
      },
    },
    ...functionForTest('count', { allow: [] }),
  },
});

let local: LocalCloud;
let cloudWatch: CloudWatchClient;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cloudwatch-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log: recordingLog() });
  cloudWatch = clientFor('local');
});
afterAll(() => local.stop());

const clientFor = (accessKeyId: string) =>
  new CloudWatchClient({
    region: 'us-east-1',
    endpoint: local.endpoint,
    maxAttempts: 1,
    credentials: credentialsOf(accessKeyId),
  });

const MINUTE = 60_000;
const lastMinute = () => new Date(Math.floor(Date.now() / MINUTE - 1) * MINUTE);
const aroundNow = () => ({
  StartTime: new Date(Date.now() - 10 * MINUTE),
  EndTime: new Date(Date.now() + MINUTE),
});
const Dimensions = [{ Name: 'service', Value: 'orders' }];

test('what a client puts, it gets: values with counts, sums, percentiles, in either order', async () => {
  const [earlier, later] = [new Date(lastMinute().getTime() - MINUTE), lastMinute()];
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [
        { MetricName: 'Latency', Dimensions, Timestamp: earlier, Value: 10, Unit: 'Milliseconds' },
        {
          MetricName: 'Latency',
          Dimensions,
          Timestamp: later,
          Values: [20, 40],
          Counts: [3, 1],
          Unit: 'Milliseconds',
        },
        {
          MetricName: 'Sums',
          Timestamp: later,
          StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 },
        },
      ],
    }),
  );
  const stat = (Id: string, Stat: string, MetricName = 'Latency') => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'Shop', MetricName, ...(MetricName === 'Latency' && { Dimensions }) },
      Period: 60,
      Stat,
    },
  });
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      ...aroundNow(),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        stat('sum', 'Sum'),
        stat('p50', 'p50'),
        stat('average', 'Average', 'Sums'),
        stat('p99', 'p99', 'Sums'),
        { ...stat('hidden', 'Maximum'), ReturnData: false },
        { Id: 'double', Expression: 'hidden * 2', Label: 'twice the slowest' },
      ],
    }),
  );
  const found = Object.fromEntries(MetricDataResults?.map(({ Id, Values }) => [Id, Values]) ?? []);
  expect(found).toEqual({
    sum: [10, 100],
    p50: [10, expect.closeTo(20, 0)],
    average: [5],
    p99: [],
    double: [20, 80],
  });
  expect(MetricDataResults?.[0]?.Timestamps).toEqual([earlier, later]);
  expect(MetricDataResults?.at(-1)?.Label).toBe('twice the slowest');

  const { Datapoints } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Shop',
      MetricName: 'Latency',
      Dimensions,
      ...aroundNow(),
      Period: 3600,
      Statistics: ['SampleCount', 'Maximum'],
    }),
  );
  expect(Datapoints?.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0)).toBe(5);
  expect(Datapoints?.at(-1)).toMatchObject({ Maximum: 40, Unit: 'Milliseconds' });
  const { Metrics } = await cloudWatch.send(
    new ListMetricsCommand({ Namespace: 'Shop', Dimensions: [{ Name: 'service' }] }),
  );
  expect(Metrics).toEqual([{ Namespace: 'Shop', MetricName: 'Latency', Dimensions }]);
});

test('a big call, which the SDK compresses, is read', async () => {
  const MetricData = Array.from({ length: 400 }, (_, index) => ({ MetricName: `Big${index}`, Value: index }));
  await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Big', MetricData }));
  const { Metrics } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'Big' }));
  expect(Metrics).toHaveLength(400);
});

test('what a function logs in the embedded metric format is a metric', async () => {
  await local.cloud.invoke('emporium-shop-local-count', {});
  const query = {
    Id: 'orders',
    MetricStat: { Metric: { Namespace: 'Embedded', MetricName: 'Orders' }, Period: 60, Stat: 'Sum' },
  };
  await eventually(async () => {
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({ ...aroundNow(), MetricDataQueries: [query] }),
    );
    return MetricDataResults?.[0]?.Values?.[0] === 7 || undefined;
  });
});

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing failed',
    ({ name, message }) => `${name}: ${message}`,
  );

test('bad calls are refused in CloudWatch’s words', async () => {
  const put = (Namespace: string, datum: object) =>
    failure(
      cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'x', ...datum }] })),
    );
  expect(await put('AWS/Lambda', { Value: 1 })).toMatch(/^InvalidParameterValue/);
  expect(await put('Shop', {})).toMatch(/^InvalidParameterValue/);
  const query = { Id: 'Upper', Expression: '1' };
  const get = { ...aroundNow(), MetricDataQueries: [query] };
  expect(await failure(cloudWatch.send(new GetMetricDataCommand(get)))).toMatch(/^ValidationException/);
  const turned = { ...get, StartTime: get.EndTime, EndTime: get.StartTime };
  expect(await failure(cloudWatch.send(new GetMetricDataCommand(turned)))).toBe(
    'ValidationException: The parameter StartTime must be less than the parameter EndTime.',
  );
  const unprivileged = clientFor(accessKeyOf('emporium-shop-local-count'));
  expect(await failure(unprivileged.send(new ListMetricsCommand({})))).toMatch(/^AccessDenied/);
});

test('alarms change with what is measured, and their topics are told', async () => {
  const metrics = local.cloud.metrics as MetricStore;
  const alarms = createAlarms(local.cloud, metrics, (one, change) => act(local.cloud, one, change));
  const states = async () => {
    const { MetricAlarms, CompositeAlarms } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    return Object.fromEntries(
      [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])].map((one) => [one.AlarmName, one.StateValue]),
    );
  };
  expect(await states()).toEqual({
    errors: 'INSUFFICIENT_DATA',
    rate: 'INSUFFICIENT_DATA',
    both: 'INSUFFICIENT_DATA',
  });
  const now = Date.now();
  const add = (name: string, value: number) =>
    metrics.add({ namespace: 'Shop', name, dimensions: {}, value, at: now });
  add('Errors', 4);
  add('Requests', 5);
  await alarms.evaluate(now);
  // The minute is not over yet.
  expect(await states()).toEqual({ errors: 'OK', rate: 'OK', both: 'OK' });
  await alarms.evaluate(now + MINUTE);
  expect(await states()).toEqual({ errors: 'ALARM', rate: 'ALARM', both: 'ALARM' });
  await alarms.evaluate(now + 5 * MINUTE);
  expect(await states()).toEqual({ errors: 'OK', rate: 'OK', both: 'OK' });

  const told = outboxOf(local.cloud)
    .newest(20)
    .map(({ subject }) => subject)
    .reverse();
  expect(told).toEqual([
    'OK: "errors" in US East (N. Virginia)',
    'OK: "rate" in US East (N. Virginia)',
    'ALARM: "errors" in US East (N. Virginia)',
    'ALARM: "both" in US East (N. Virginia)',
    'OK: "errors" in US East (N. Virginia)',
    'OK: "rate" in US East (N. Virginia)',
  ]);
  const [latest] = outboxOf(local.cloud).newest(1);
  expect(JSON.parse(latest?.text ?? '')).toMatchObject({
    AlarmName: 'rate',
    OldStateValue: 'ALARM',
    NewStateValue: 'OK',
    Region: 'US East (N. Virginia)',
  });
});
