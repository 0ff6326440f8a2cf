import type { Caller, Datum, Resource, Store } from '../cloud.ts';
import { type FakeCall, fakeCloud, memoryStore } from '../step-functions/fake-cloud.ts';
import { start } from './start.ts';

export const BUS = 'emporium-platform-local-EventBus';
export const BUS_ARN = `arn:aws:events:us-east-1:000000000000:event-bus/${BUS}`;
export const ARCHIVE_ARN = 'arn:aws:events:us-east-1:000000000000:archive/all';
export const ruleArn = (name: string) => `arn:aws:events:us-east-1:000000000000:rule/${BUS}/${name}`;

export const bus = { type: 'AWS::Events::EventBus', ref: BUS, properties: { Name: BUS } };

export const archive = (more: object = {}) => ({
  type: 'AWS::Events::Archive',
  ref: 'all',
  arn: ARCHIVE_ARN,
  properties: { ArchiveName: 'all', SourceArn: BUS_ARN, RetentionDays: 90, ...more },
});

/** A rule on the bus that sends what matches to a queue of its own name. */
export const rule = (name: string, more: object = {}) => ({
  type: 'AWS::Events::Rule',
  arn: ruleArn(name),
  properties: {
    Name: name,
    EventBusName: BUS,
    EventPattern: { source: [{ prefix: 'emporium.' }] },
    Targets: [{ Id: 'queue', Arn: `arn:aws:sqs:us-east-1:000000000000:${name}` }],
    ...more,
  },
});

export const entry = (more: object = {}) => ({
  EventBusName: BUS,
  Source: 'emporium.orders',
  DetailType: 'OrderPlaced',
  Detail: '{"id":"ord_1"}',
  ...more,
});

interface Options {
  readonly resources: readonly Partial<Resource>[];
  readonly store?: Store;
  readonly answer?: (call: FakeCall) => unknown;
}

/** EventBridge in a cloud of just these resources, and all that it does. */
export const openEvents = async ({ resources, store = memoryStore(), answer = () => {} }: Options) => {
  const calls: FakeCall[] = [];
  const counted: Datum[] = [];
  const fake = fakeCloud(
    resources,
    (call) => {
      calls.push(call);
      return answer(call);
    },
    store,
  );
  const cloud = { ...fake, metrics: { put: (datum: Datum) => void counted.push(datum) } };
  const { api, stop } = await start(cloud);
  return {
    api,
    stop,
    calls,
    store,
    logged: fake.logged,
    ask: <T = Record<string, unknown>>(
      action: string,
      input: object = {},
      caller: Caller = { kind: 'root' },
    ) => api.handle(action, input as never, caller) as Promise<T>,
    /** The events that a queue was sent. */
    sentTo: (name: string) =>
      calls
        .map(({ input }) => input as { QueueUrl?: string; MessageBody: string })
        .filter(({ QueueUrl }) => QueueUrl?.endsWith(`/${name}`))
        .map(({ MessageBody }) => JSON.parse(MessageBody)),
    sum: (name: string, dimensions: object) =>
      counted
        .filter(
          (datum) => datum.name === name && JSON.stringify(datum.dimensions) === JSON.stringify(dimensions),
        )
        .reduce((total, { value }) => total + value, 0),
  };
};
