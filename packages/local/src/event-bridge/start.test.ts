import { afterEach, expect, test } from '@jest/globals';
import { AwsError, type Cloud, type Running } from '../cloud.ts';
import { type FakeCall, fakeCloud, memoryStore, until } from '../step-functions/fake-cloud.ts';
import { start } from './start.ts';

const BUS = 'emporium-platform-local-EventBus';
const RULE = `arn:aws:events:us-east-1:000000000000:rule/${BUS}/placed`;
const queue = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

const resources = (target: object) => [
  { type: 'AWS::Events::EventBus', ref: BUS, properties: { Name: BUS } },
  {
    type: 'AWS::Events::Rule',
    arn: RULE,
    properties: {
      EventBusName: BUS,
      EventPattern: { source: ['emporium.orders'], 'detail-type': ['OrderPlaced'] },
      Targets: [{ Id: 'queue', Arn: queue('q'), DeadLetterConfig: { Arn: queue('dead') }, ...target }],
    },
  },
  { type: 'AWS::SQS::Queue', arn: queue('q'), ref: 'http://queue' },
];

const entry = (more: object = {}) => ({
  EventBusName: BUS,
  Source: 'emporium.orders',
  DetailType: 'OrderPlaced',
  Detail: '{"data":{"id":"ord_1"}}',
  ...more,
});

const running: Running[] = [];
afterEach(async () => {
  for (const module of running.splice(0)) await module.stop();
});

const open = async (cloud: Cloud) => {
  const module = await start(cloud);
  running.push(module);
  const put = (...Entries: object[]) =>
    module.api.handle('PutEvents', { Entries } as never, { kind: 'root' });
  return { module, put };
};

test('delivers an event to the targets of the rules that match, in the rule’s name', async () => {
  const calls: FakeCall[] = [];
  const store = memoryStore();
  const { put } = await open(fakeCloud(resources({}), (call) => calls.push(call), store));
  expect(await put(entry(), entry({ DetailType: 'Other' }))).toEqual({
    FailedEntryCount: 0,
    Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }],
  });
  await until(() => store.list('pending/').length === 0);
  expect(calls).toMatchObject([
    {
      caller: { kind: 'service', principal: 'events.amazonaws.com', sourceArn: RULE },
      prefix: 'sqs',
      action: 'SendMessage',
      input: { QueueUrl: 'http://queue' },
    },
  ]);
  const { MessageBody } = (calls[0]?.input ?? {}) as { MessageBody: string };
  expect(JSON.parse(MessageBody)).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': 'OrderPlaced',
    source: 'emporium.orders',
    account: '000000000000',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    region: 'us-east-1',
    resources: [],
    detail: { data: { id: 'ord_1' } },
  });
});

test('starts an execution as the target’s role', async () => {
  const calls: FakeCall[] = [];
  const Arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
  const target = { Arn, RoleArn: 'arn:role', InputPath: '$.detail' };
  const { put } = await open(fakeCloud(resources(target), (call) => calls.push(call)));
  await put(entry());
  await until(() => calls.length);
  expect(calls[0]).toEqual({
    caller: { kind: 'role', roleArn: 'arn:role', name: 'placed' },
    prefix: 'states',
    action: 'StartExecution',
    input: { stateMachineArn: Arn, input: '{"data":{"id":"ord_1"}}' },
  });
});

test('refuses entries one by one', async () => {
  const { put } = await open(fakeCloud(resources({}), () => undefined));
  const code = (ErrorCode: string) => expect.objectContaining({ ErrorCode });
  expect(
    await put(
      entry({ Source: undefined }),
      entry({ DetailType: '' }),
      entry({ Detail: undefined }),
      entry({ Detail: '{' }),
      entry({ Detail: '[]' }),
      entry({ Source: 'aws.ec2' }),
      entry({ EventBusName: 'none' }),
      entry(),
    ),
  ).toEqual({
    FailedEntryCount: 7,
    Entries: [
      code('InvalidArgument'),
      code('InvalidArgument'),
      code('InvalidArgument'),
      code('MalformedDetail'),
      code('MalformedDetail'),
      code('NotAuthorizedForSourceException'),
      code('ResourceNotFoundException'),
      { EventId: expect.any(String) },
    ],
  });
});

test('refuses a call with too many entries, none, or too many bytes', async () => {
  const { put } = await open(fakeCloud(resources({}), () => undefined));
  const validation = { code: 'ValidationException' };
  await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toMatchObject(validation);
  await expect(put()).rejects.toMatchObject(validation);
  await expect(put(entry({ Detail: `{"a":"${'x'.repeat(1_048_576)}"}` }))).rejects.toMatchObject(validation);
  const { module } = await open(fakeCloud(resources({}), () => undefined));
  await expect(
    module.api.handle('PutEvents', { Entries: [entry()], EndpointId: 'a.b' } as never, { kind: 'root' }),
  ).rejects.toMatchObject(validation);
});

test('nothing is accepted that could not be written', async () => {
  const store = memoryStore();
  const full = {
    ...store,
    batch: () => {
      throw new Error('database or disk is full');
    },
  };
  const { put } = await open(fakeCloud(resources({}), () => undefined, full));
  await expect(put(entry())).rejects.toThrow('disk is full');
});

test('asks for the permission to put events on each bus', async () => {
  const { module } = await open(fakeCloud(resources({}), () => undefined));
  const arn = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
  const Entries = [entry(), entry({ EventBusName: arn(BUS) }), entry({ EventBusName: undefined })];
  expect(module.api.permissions('PutEvents', { Entries } as never)).toEqual([
    { action: 'events:PutEvents', resource: arn(BUS) },
    { action: 'events:PutEvents', resource: arn('default') },
  ]);
});

test('tries again, and hands what cannot be delivered to the dead-letter queue', async () => {
  const calls: FakeCall[] = [];
  const store = memoryStore();
  const answer = (call: FakeCall) => {
    calls.push(call);
    if ((call.input as { QueueUrl: string }).QueueUrl === 'http://queue')
      throw new AwsError('ServiceUnavailable', 'later', 503);
  };
  const { put } = await open(
    fakeCloud(resources({ RetryPolicy: { MaximumRetryAttempts: 1 } }), answer, store),
  );
  await put(entry());
  await until(() => store.list('pending/').length === 0);
  expect(calls).toHaveLength(3);
  expect(calls[2]?.input).toMatchObject({
    QueueUrl: expect.stringContaining('/dead'),
    MessageAttributes: {
      RULE_ARN: { StringValue: RULE },
      TARGET_ARN: { StringValue: queue('q') },
      ERROR_CODE: { StringValue: 'INTERNAL_ERROR' },
      ERROR_MESSAGE: { StringValue: 'later' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '1' },
    },
  });
});

test('does not try again where access is denied', async () => {
  const calls: FakeCall[] = [];
  const store = memoryStore();
  const cloud = fakeCloud(
    resources({ DeadLetterConfig: undefined }),
    (call) => {
      calls.push(call);
      throw new AwsError('AccessDeniedException', 'no');
    },
    store,
  );
  const { put } = await open(cloud);
  await put(entry());
  await until(() => store.list('pending/').length === 0);
  expect(calls).toHaveLength(1);
  expect(cloud.logged.join()).toContain('could not deliver');
});

test('delivers after a restart what was accepted before', async () => {
  const store = memoryStore();
  const first = await open(fakeCloud(resources({}), () => new Promise(() => undefined), store));
  await first.put(entry());
  await first.module.stop();

  const calls: FakeCall[] = [];
  await open(fakeCloud(resources({}), (call) => calls.push(call), store));
  await until(() => store.list('pending/').length === 0);
  expect(calls).toHaveLength(1);
});

test('does not start with a pattern that EventBridge would refuse', async () => {
  const bad = { type: 'AWS::Events::Rule', arn: RULE, properties: { EventPattern: { source: 'x' } } };
  await expect(open(fakeCloud([bad], () => undefined))).rejects.toThrow(/must be an object or an array/);
});
