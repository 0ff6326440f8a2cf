import { afterEach, expect, jest, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { memoryStore, until } from '../step-functions/fake-cloud.ts';
import { BUS, BUS_ARN, bus, entry, openEvents, rule, ruleArn } from './fake-shop.ts';

type Events = Awaited<ReturnType<typeof openEvents>>;

const running: Events[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const events of running.splice(0)) await events.stop();
});

const open = async (options: Parameters<typeof openEvents>[0]) => {
  const events = await openEvents(options);
  running.push(events);
  return events;
};

const delivered = (events: Events) => until(() => events.store.list('pending/').length === 0);

test('says which buses, rules and targets there are', async () => {
  const events = await open({ resources: [bus, rule('one'), rule('two', { State: 'DISABLED' })] });
  const { EventBuses } = await events.ask<{ EventBuses: object[] }>('ListEventBuses');
  expect(EventBuses).toMatchObject([{ Name: 'default' }, { Name: BUS, Arn: BUS_ARN }]);
  expect(await events.ask('DescribeEventBus', { Name: BUS })).toEqual({ Name: BUS, Arn: BUS_ARN });
  const first = await events.ask<{ NextToken: string }>('ListRules', { EventBusName: BUS_ARN, Limit: 1 });
  expect(first).toMatchObject({
    Rules: [
      {
        Name: 'one',
        Arn: ruleArn('one'),
        EventBusName: BUS,
        State: 'ENABLED',
        EventPattern: '{"source":[{"prefix":"emporium."}]}',
      },
    ],
  });
  const { NextToken } = first;
  expect(await events.ask('ListRules', { EventBusName: BUS, NextToken })).toMatchObject({
    Rules: [{ Name: 'two', State: 'DISABLED' }],
  });
  expect(await events.ask('ListTargetsByRule', { Rule: 'one', EventBusName: BUS })).toEqual({
    Targets: [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:one' }],
  });
  await expect(events.ask('DescribeRule', { Name: 'one' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'Rule one does not exist on EventBus default.',
  });
  await expect(events.ask('PutRule')).rejects.toMatchObject({ code: 'UnknownOperationException' });
});

test('asks for permission on what an action touches', async () => {
  const { api } = await open({ resources: [bus] });
  const asked = (action: string, input: object) => api.permissions(action, input as never);
  expect(asked('DescribeRule', { Name: 'one', EventBusName: BUS })).toEqual([
    { action: 'events:DescribeRule', resource: ruleArn('one') },
  ]);
  expect(asked('StartReplay', { EventSourceArn: 'arn:archive' })).toEqual([
    { action: 'events:StartReplay', resource: 'arn:archive' },
  ]);
});

test('warns of a rule whose bus is in no template', async () => {
  const events = await open({ resources: [rule('one')] });
  expect(events.logged.join()).toContain(`one: there is no event bus ${BUS} here`);
});

test('a rule is switched off and on, also across a restart, until the template changes it', async () => {
  const store = memoryStore();
  const send = async (events: Events) => {
    await events.ask('PutEvents', { Entries: [entry()] });
    await delivered(events);
    return events.sentTo('one').length;
  };
  const first = await open({ resources: [bus, rule('one')], store });
  await first.ask('DisableRule', { Name: 'one', EventBusName: BUS });
  expect(await send(first)).toBe(0);
  const second = await open({ resources: [bus, rule('one')], store });
  expect(await send(second)).toBe(0);
  await second.ask('EnableRule', { Name: 'one', EventBusName: BUS });
  expect(await send(second)).toBe(1);
  await second.ask('DisableRule', { Name: 'one', EventBusName: BUS });
  const third = await open({ resources: [bus, rule('one', { State: 'DISABLED' })], store });
  expect(await send(third)).toBe(0);
  const fourth = await open({ resources: [bus, rule('one')], store });
  expect(await send(fourth)).toBe(0);
});

const event = {
  id: '1',
  account: '0',
  source: 'x',
  time: 't',
  region: 'r',
  'detail-type': 'd',
};

test('tests a pattern', async () => {
  const events = await open({ resources: [] });
  const ask = (EventPattern: string, Event: unknown) =>
    events.ask('TestEventPattern', { EventPattern, Event: JSON.stringify(Event) });
  expect(await ask('{"source":["x"]}', event)).toEqual({ Result: true });
  expect(await ask('{"source":["y"]}', event)).toEqual({ Result: false });
  await expect(ask('{"source":"y"}', event)).rejects.toMatchObject({
    code: 'InvalidEventPatternException',
    message:
      'Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source":"y"}"; line: 1, column: 12]',
  });
  for (const wrong of ['text', [], { ...event, id: undefined }])
    await expect(ask('{"source":["x"]}', wrong)).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Parameter Event is not valid.',
    });
});

test('counts what happens to a rule', async () => {
  const DeadLetterConfig = { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' };
  const targets = (name: string) => [
    { Id: 'queue', Arn: `arn:aws:sqs:us-east-1:000000000000:${name}`, DeadLetterConfig },
  ];
  const events = await open({
    resources: [bus, rule('one'), rule('two', { Targets: targets('two') })],
    answer: ({ input }) => {
      if ((input as { QueueUrl: string }).QueueUrl.endsWith('/two'))
        throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'no such queue');
    },
  });
  await events.ask('PutEvents', { Entries: [entry(), entry({ Source: 'other' }), entry()] });
  await delivered(events);
  const sums = (RuleName: string) =>
    ['MatchedEvents', 'TriggeredRules', 'Invocations', 'FailedInvocations', 'InvocationsSentToDlq'].map(
      (name) => events.sum(name, { EventBusName: BUS, RuleName }),
    );
  expect(sums('one')).toEqual([2, 2, 2, 0, 0]);
  expect(sums('two')).toEqual([2, 2, 2, 2, 2]);
  const dead = events.calls.filter(({ input }) => 'MessageAttributes' in (input as object));
  expect(dead[0]?.input).toMatchObject({
    MessageAttributes: {
      ERROR_CODE: { StringValue: 'NO_RESOURCE' },
      ERROR_MESSAGE: { StringValue: 'no such queue' },
      RETRY_ATTEMPTS: { StringValue: '0' },
    },
  });
  expect(JSON.stringify(dead[0]?.input)).not.toContain('EXHAUSTED_RETRY_CONDITION');
});

test('forwards to another bus, and hands a trace on', async () => {
  const targets = [
    { Id: 'bus', Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/other' },
    { Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:q.fifo', SqsParameters: { MessageGroupId: 'g' } },
  ];
  const events = await open({
    resources: [bus, rule('one', { Targets: targets })],
    answer: ({ prefix }) => (prefix === 'events' ? { Entries: [{ EventId: '1' }] } : {}),
  });
  await events.ask('PutEvents', {
    Entries: [entry({ TraceHeader: 'Root=1-2-3', Time: '2026-01-01T00:00:00Z' })],
  });
  await delivered(events);
  expect(events.calls.map(({ input }) => input)).toMatchObject([
    {
      Entries: [
        {
          EventBusName: targets[0]?.Arn,
          Source: 'emporium.orders',
          TraceHeader: 'Root=1-2-3',
          Time: 1767225600,
        },
      ],
    },
    {
      MessageGroupId: 'g',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
    },
  ]);
});

test('an event that the other bus refuses is not lost in silence', async () => {
  const Targets = [{ Id: 'bus', Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/none' }];
  const events = await open({
    resources: [bus, rule('one', { Targets })],
    answer: () => ({ Entries: [{ ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'no such bus' }] }),
  });
  await events.ask('PutEvents', { Entries: [entry()] });
  await delivered(events);
  expect(events.logged.join()).toContain('no such bus');
});

test('a clock that jumps neither drops a delivery nor makes it wait', async () => {
  const store = memoryStore();
  const now = Date.parse('2026-03-01T10:00:00Z');
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  let failures = 2;
  const options = {
    resources: [bus, rule('one')],
    store,
    answer: () => {
      if (failures-- > 0) throw new AwsError('ServiceUnavailable', 'later', 503);
    },
  };
  const first = await open(options);
  await first.ask('PutEvents', { Entries: [entry()] });
  await until(() => failures === 1);
  clock.mockReturnValue(now + 48 * 3_600_000);
  await until(() => failures === 0);
  await first.stop();
  // Set back by a day, and started again: what was due tomorrow is tried within the longest back-off.
  clock.mockReturnValue(now - 86_400_000);
  const [pending] = store.list<{ dueAt: number }>('pending/');
  store.put(pending?.key ?? '', { ...pending?.value, dueAt: now - 86_400_000 + 50 });
  const second = await open(options);
  await delivered(second);
  expect(second.sentTo('one')).toHaveLength(1);
});

test.each<[object, RegExp]>([
  [{ EventPattern: { source: 'x' } }, /Some of orders: Event pattern is not valid/],
  [{ EventPattern: undefined }, /EventPattern or ScheduleExpression must be specified/],
  [{ ScheduleExpression: 'rate(1 minute)' }, /only on the default event bus/],
  [{ Targets: [{ Id: 't', Arn: 'a', InputPath: 'x' }] }, /Invalid InputPath for target t/],
  [
    { Targets: [{ Id: 't', Arn: 'arn:aws:states:r:0:stateMachine:m' }] },
    /RoleArn is required for target arn:aws:states/,
  ],
  [
    { Targets: [{ Id: 't', Arn: 'arn:aws:sqs:r:0:q.fifo' }] },
    /SqsParameters must be specified for target: t/,
  ],
  [
    { Targets: Array.from({ length: 6 }, (_, Id) => ({ Id: `${Id}`, Arn: 'arn:aws:sqs:r:0:q' })) },
    /exceeds the maximum number allowed/,
  ],
])('does not start with a rule of %j', async (more, message) => {
  await expect(openEvents({ resources: [bus, rule('one', more)] })).rejects.toThrow(message);
});
