import { afterEach, expect, jest, test } from '@jest/globals';
import { AwsError, type Datum, type Store } from '../cloud.ts';
import { type FakeCall, fakeCloud, memoryStore } from '../step-functions/fake-cloud.ts';
import { start } from './start.ts';

const ROLE = 'arn:aws:iam::000000000000:role/scheduler-role';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:prices';
const role = {
  type: 'AWS::IAM::Role',
  arn: ROLE,
  properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
  },
};

const schedule = (more: object = {}) => ({
  Name: 'cheaper',
  ScheduleExpression: 'at(2026-03-01T10:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{"sku":"MUG"}' },
  ...more,
});

const fromTemplate = (more: object = {}) => ({
  type: 'AWS::Scheduler::Schedule',
  ref: 'nightly',
  properties: { ...schedule(more), Name: 'nightly' },
});

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  for (const module of running.splice(0)) await module.stop();
});

interface Options {
  readonly store?: Store;
  readonly resources?: readonly object[];
  readonly answer?: (call: FakeCall) => unknown;
}

const open = async ({ store = memoryStore(), resources = [], answer = () => ({}) }: Options = {}) => {
  const calls: FakeCall[] = [];
  const counted: Datum[] = [];
  const fake = fakeCloud(
    [role, ...resources],
    (call) => {
      calls.push(call);
      return answer(call);
    },
    store,
  );
  const module = await start({ ...fake, metrics: { put: (datum) => void counted.push(datum) } });
  running.push(module);
  return {
    ...module,
    calls,
    store,
    ask: <T = Record<string, unknown>>(action: string, input: object = {}) =>
      module.api.handle(action, input as never, { kind: 'root' }) as Promise<T>,
    sum: (name: string, ScheduleGroup = 'default') =>
      counted.filter((datum) => datum.name === name && datum.dimensions.ScheduleGroup === ScheduleGroup)
        .length,
    bodies: () => calls.map(({ input }) => (input as { MessageBody: string }).MessageBody),
  };
};

/** Sets the clock, and stops the timers: `until` and `looksAgain` move them on. */
const clock = (iso: string) => {
  jest.useFakeTimers({
    now: Date.parse(iso),
    doNotFake: ['nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  });
  return (later: string) => void jest.setSystemTime(Date.parse(later));
};
const until = async (probe: () => unknown): Promise<void> => {
  while (!probe()) await jest.advanceTimersByTimeAsync(20);
};
/** Longer than it takes to notice that the clock has jumped. */
const looksAgain = () => jest.advanceTimersByTimeAsync(1_000);
const settled = (store: Store) => until(() => store.list('invocation/').length === 0);

test('a schedule made at run time invokes its target once, as its role', async () => {
  const set = clock('2026-03-01T09:00:00Z');
  const scheduler = await open();
  expect(await scheduler.ask('CreateSchedule', schedule())).toEqual({
    ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/cheaper',
  });
  set('2026-03-01T10:00:00Z');
  await until(() => scheduler.calls.length > 0);
  await settled(scheduler.store);
  expect(scheduler.calls).toEqual([
    {
      caller: { kind: 'role', roleArn: ROLE, name: 'cheaper' },
      prefix: 'sqs',
      action: 'SendMessage',
      input: { QueueUrl: 'http://127.0.0.1:4566/000000000000/prices', MessageBody: '{"sku":"MUG"}' },
    },
  ]);
  expect(scheduler.sum('InvocationAttemptCount')).toBe(1);
  expect(await scheduler.ask('GetSchedule', { Name: 'cheaper' })).toMatchObject({ State: 'ENABLED' });
  set('2026-03-01T08:00:00Z');
  await looksAgain();
  set('2026-03-02T10:00:00Z');
  await looksAgain();
  expect(scheduler.calls).toHaveLength(1);
});

test('a schedule that deletes itself is gone after its last invocation', async () => {
  const set = clock('2026-03-01T09:00:00Z');
  const scheduler = await open();
  await scheduler.ask('CreateSchedule', schedule({ ActionAfterCompletion: 'DELETE' }));
  set('2026-03-01T10:00:00Z');
  await until(() => scheduler.store.list('schedule/').length === 0);
  expect(scheduler.calls).toHaveLength(1);
  await expect(scheduler.ask('GetSchedule', { Name: 'cheaper' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'Schedule cheaper does not exist.',
    status: 404,
  });
});

test('what was due while it was stopped: once for a one-off, once for many', async () => {
  const store = memoryStore();
  const set = clock('2026-03-01T09:00:00Z');
  const first = await open({ store });
  await first.ask('CreateSchedule', schedule());
  const hourly = { Name: 'hourly', ScheduleExpression: 'cron(0 * * * ? *)' };
  await first.ask(
    'CreateSchedule',
    schedule({ ...hourly, Target: { Arn: QUEUE, RoleArn: ROLE, Input: '<aws.scheduler.scheduled-time>' } }),
  );
  await first.stop();
  set('2026-03-05T12:30:00Z');
  const second = await open({ store });
  await until(() => second.calls.length === 2);
  await settled(store);
  await looksAgain();
  expect(second.bodies().sort()).toEqual(['2026-03-01T10:00:00Z', '{"sku":"MUG"}']);
  await second.stop();
  const third = await open({ store });
  set('2026-03-05T13:00:00Z');
  await until(() => third.calls.length > 0);
  expect(third.bodies()).toEqual(['2026-03-05T13:00:00Z']);
});

test('an invocation that a stop cut off is repeated at the next start', async () => {
  const store = memoryStore();
  const set = clock('2026-03-01T09:00:00Z');
  const first = await open({ store, answer: () => new Promise(() => {}) });
  await first.ask('CreateSchedule', schedule());
  set('2026-03-01T10:00:00Z');
  await until(() => first.calls.length > 0);
  await first.stop();
  const second = await open({ store });
  await until(() => second.calls.length > 0);
  await settled(store);
  expect(second.calls).toHaveLength(1);
});

test('fills in what AWS knows of an invocation', async () => {
  const set = clock('2026-03-01T09:00:00Z');
  let failures = 1;
  const scheduler = await open({
    answer: () => {
      if (failures-- > 0) throw new AwsError('ServiceUnavailable', 'later', 503);
    },
  });
  const Input =
    '<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.execution-id> <aws.scheduler.other>';
  await scheduler.ask('CreateSchedule', schedule({ Target: { Arn: QUEUE, RoleArn: ROLE, Input } }));
  set('2026-03-01T10:00:00Z');
  await until(() => scheduler.calls.length === 2);
  const [one = [], other = []] = scheduler.bodies().map((body) => body.split(' '));
  expect(one.slice(0, 3)).toEqual([
    'arn:aws:scheduler:us-east-1:000000000000:schedule/default/cheaper',
    '2026-03-01T10:00:00Z',
    '1',
  ]);
  expect(other[2]).toBe('2');
  expect(other[3]).toBe(one[3]);
  expect(other[4]).toBe('<aws.scheduler.other>');
  expect(scheduler.sum('TargetErrorCount')).toBe(1);
});

test.each<[string, object, object]>([
  [
    'arn:aws:lambda:us-east-1:000000000000:function:f',
    {},
    { prefix: 'lambda', action: 'Invoke', input: { InvocationType: 'Event', Payload: '{"a":1}' } },
  ],
  [
    'arn:aws:states:us-east-1:000000000000:stateMachine:m',
    {},
    { prefix: 'states', action: 'StartExecution', input: { input: '{"a":1}' } },
  ],
  [
    'arn:aws:events:us-east-1:000000000000:event-bus/b',
    { EventBridgeParameters: { DetailType: 'D', Source: 's' } },
    {
      prefix: 'events',
      action: 'PutEvents',
      input: { Entries: [{ Detail: '{"a":1}', DetailType: 'D', Source: 's' }] },
    },
  ],
  [
    `${QUEUE}.fifo`,
    { SqsParameters: { MessageGroupId: 'g' } },
    { prefix: 'sqs', action: 'SendMessage', input: { MessageBody: '{"a":1}', MessageGroupId: 'g' } },
  ],
  [
    'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
    {},
    { prefix: 'states', action: 'StartExecution', input: { a: 1 } },
  ],
  [
    'arn:aws:scheduler:::aws-sdk:dynamodb:putItem',
    {},
    { prefix: 'dynamodb', action: 'PutItem', input: { a: 1 } },
  ],
])('calls %s', async (Arn, more, expected) => {
  clock('2026-03-01T10:00:00Z');
  const answer = () => ({ Entries: [{ EventId: '1' }] });
  const scheduler = await open({ answer });
  await scheduler.ask(
    'CreateSchedule',
    schedule({ Target: { Arn, RoleArn: ROLE, Input: '{"a":1}', ...more } }),
  );
  await until(() => scheduler.calls.length > 0);
  expect(scheduler.calls[0]).toMatchObject(expected);
});

test('a target without input gets AWS’s own event', async () => {
  clock('2026-03-01T10:00:00Z');
  const scheduler = await open();
  await scheduler.ask('CreateSchedule', schedule({ Target: { Arn: QUEUE, RoleArn: ROLE } }));
  await until(() => scheduler.calls.length > 0);
  expect(JSON.parse(scheduler.bodies()[0] ?? '')).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    time: '2026-03-01T10:00:00Z',
    resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/cheaper'],
    detail: '{}',
  });
});

test('what cannot be delivered ends in the dead-letter queue', async () => {
  clock('2026-03-01T10:00:00Z');
  const scheduler = await open({
    answer: ({ input }) => {
      if ((input as { QueueUrl: string }).QueueUrl.endsWith('/prices'))
        throw new AwsError('ServiceUnavailable', 'later', 503);
    },
  });
  const DeadLetterConfig = { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' };
  const RetryPolicy = { MaximumRetryAttempts: 1 };
  await scheduler.ask(
    'CreateSchedule',
    schedule({ Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'x', DeadLetterConfig, RetryPolicy } }),
  );
  await until(() => scheduler.calls.length === 3);
  await settled(scheduler.store);
  expect(scheduler.calls[2]).toMatchObject({
    caller: { kind: 'role', roleArn: ROLE },
    input: {
      QueueUrl: expect.stringMatching(/dead$/),
      MessageBody: JSON.stringify({
        QueueUrl: 'http://127.0.0.1:4566/000000000000/prices',
        MessageBody: 'x',
      }),
      MessageAttributes: {
        ERROR_CODE: { StringValue: 'ServiceUnavailable' },
        ERROR_MESSAGE: { StringValue: 'later' },
        EXECUTION_ID: { StringValue: expect.any(String) },
        EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
        IS_PAYLOAD_TRUNCATED: { StringValue: 'false' },
        RETRY_ATTEMPTS: { StringValue: '1' },
        SCHEDULED_TIME: { StringValue: '2026-03-01T10:00:00Z' },
        SCHEDULE_ARN: { StringValue: expect.stringContaining('cheaper') },
        TARGET_ARN: { StringValue: QUEUE },
      },
    },
  });
  expect(scheduler.sum('InvocationDroppedCount')).toBe(1);
  expect(scheduler.sum('InvocationsSentToDeadLetterCount')).toBe(1);
});

test('keeps to its start, its end and its window', async () => {
  const set = clock('2026-03-01T09:00:00Z');
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const scheduler = await open();
  const seconds = (iso: string) => Date.parse(iso) / 1000;
  await scheduler.ask(
    'CreateSchedule',
    schedule({
      ScheduleExpression: 'rate(1 hour)',
      StartDate: seconds('2026-03-01T10:00:00Z'),
      EndDate: seconds('2026-03-01T11:30:00Z'),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
      Target: { Arn: QUEUE, RoleArn: ROLE, Input: '<aws.scheduler.scheduled-time>' },
    }),
  );
  set('2026-03-01T10:04:50Z');
  await looksAgain();
  expect(scheduler.calls).toHaveLength(0);
  for (const time of ['2026-03-01T10:05:00Z', '2026-03-01T11:05:00Z', '2026-03-01T12:05:00Z']) {
    set(time);
    await looksAgain();
  }
  expect(scheduler.bodies()).toEqual(['2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z']);
});

test('a rate without a start begins at once; disabled it is silent until it is enabled', async () => {
  const set = clock('2026-03-01T09:00:00Z');
  const scheduler = await open();
  const every = { ScheduleExpression: 'rate(30 minutes)' };
  await scheduler.ask('CreateSchedule', schedule({ ...every, State: 'DISABLED' }));
  set('2026-03-01T09:10:00Z');
  await looksAgain();
  expect(scheduler.calls).toHaveLength(0);
  await scheduler.ask('UpdateSchedule', schedule(every));
  await until(() => scheduler.calls.length === 1);
  set('2026-03-01T09:40:00Z');
  await until(() => scheduler.calls.length === 2);
});

test('a schedule is made once, by whoever repeats the request too', async () => {
  clock('2026-03-01T09:00:00Z');
  const scheduler = await open();
  const [one, other] = [schedule({ ClientToken: 't' }), schedule({ ClientToken: 'u' })];
  const made = await scheduler.ask('CreateSchedule', one);
  expect(await scheduler.ask('CreateSchedule', one)).toEqual(made);
  await expect(scheduler.ask('CreateSchedule', other)).rejects.toMatchObject({
    code: 'ConflictException',
    message: 'Schedule cheaper already exists.',
    status: 409,
  });
  await expect(scheduler.ask('UpdateSchedule', schedule({ Name: 'none' }))).rejects.toMatchObject({
    status: 404,
  });
  await scheduler.ask('DeleteSchedule', { Name: 'cheaper' });
  await expect(scheduler.ask('DeleteSchedule', { Name: 'cheaper' })).rejects.toMatchObject({ status: 404 });
});

test('groups hold schedules, and take them along', async () => {
  clock('2026-03-01T09:00:00Z');
  const group = { type: 'AWS::Scheduler::ScheduleGroup', ref: 'prices' };
  const scheduler = await open({ resources: [group] });
  await scheduler.ask('CreateScheduleGroup', { Name: 'sales' });
  for (const GroupName of ['prices', 'sales']) await scheduler.ask('CreateSchedule', schedule({ GroupName }));
  expect(await scheduler.ask('ListSchedules', { GroupName: 'sales', NamePrefix: 'che' })).toEqual({
    Schedules: [
      {
        Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/sales/cheaper',
        Name: 'cheaper',
        GroupName: 'sales',
        State: 'ENABLED',
        CreationDate: expect.any(Date),
        LastModificationDate: expect.any(Date),
        Target: { Arn: QUEUE },
      },
    ],
  });
  const { ScheduleGroups } = await scheduler.ask<{ ScheduleGroups: { Name: string }[] }>(
    'ListScheduleGroups',
  );
  expect(ScheduleGroups.map(({ Name }) => Name)).toEqual(['default', 'prices', 'sales']);
  await scheduler.ask('DeleteScheduleGroup', { Name: 'sales' });
  expect(await scheduler.ask('ListSchedules')).toMatchObject({ Schedules: [{ GroupName: 'prices' }] });
  await expect(scheduler.ask('GetScheduleGroup', { Name: 'sales' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'Schedule group sales does not exist.',
  });
});

test('templates make, change and remove schedules, and what is over stays over', async () => {
  const store = memoryStore();
  const set = clock('2026-03-01T09:00:00Z');
  const once = fromTemplate({ ActionAfterCompletion: 'DELETE' });
  const first = await open({ store, resources: [once] });
  set('2026-03-01T10:00:00Z');
  await until(() => first.calls.length > 0);
  await settled(store);
  await expect(first.ask('GetSchedule', { Name: 'nightly' })).rejects.toMatchObject({ status: 404 });
  await first.stop();
  const second = await open({ store, resources: [once] });
  await looksAgain();
  expect(second.calls).toHaveLength(0);
  await second.stop();
  const changed = fromTemplate({ ScheduleExpression: 'at(2026-03-02T00:00:00)' });
  const third = await open({ store, resources: [changed] });
  expect(await third.ask('GetSchedule', { Name: 'nightly' })).toMatchObject({
    ScheduleExpression: 'at(2026-03-02T00:00:00)',
  });
  await third.stop();
  const fourth = await open({ store });
  expect(await fourth.ask('ListSchedules')).toEqual({ Schedules: [] });
  await expect(open({ resources: [fromTemplate({ ScheduleExpression: 'x' })] })).rejects.toThrow(
    'Some of orders: Invalid Schedule Expression x.',
  );
});

test('asks for the schedule and for the role that is lent to it', async () => {
  const { api } = await open();
  expect(api.permissions('CreateSchedule', schedule({ GroupName: 'sales' }) as never)).toEqual([
    {
      action: 'scheduler:CreateSchedule',
      resource: 'arn:aws:scheduler:us-east-1:000000000000:schedule/sales/cheaper',
    },
    { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  ]);
  expect(api.permissions('GetScheduleGroup', { Name: 'sales' } as never)).toEqual([
    {
      action: 'scheduler:GetScheduleGroup',
      resource: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/sales',
    },
  ]);
});

test.each<[object, string]>([
  [
    { Name: 'a b' },
    "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern",
  ],
  [{ ScheduleExpression: 'rate(10)' }, 'Invalid Schedule Expression rate(10).'],
  [
    { ScheduleExpression: undefined },
    "Value null at 'scheduleExpression' failed to satisfy constraint: Member must not be null",
  ],
  [{ ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Invalid Schedule Expression Timezone Mars/Olympus.'],
  [{ FlexibleTimeWindow: undefined }, "Value null at 'flexibleTimeWindow'"],
  [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes must be provided'],
  [
    { State: 'ON' },
    "Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]",
  ],
  [{ Target: undefined }, "Value null at 'target'"],
  [{ Target: { Arn: QUEUE } }, "Value null at 'target.roleArn'"],
  [{ Target: { Arn: 'x', RoleArn: ROLE } }, 'Provided Arn is not in correct format.'],
  [
    { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:receiveMessage', RoleArn: ROLE } },
    'Provided Arn is not supported',
  ],
  [
    { Target: { Arn: 'arn:aws:events:us-east-1:0:event-bus/b', RoleArn: ROLE } },
    'EventBridgeParameters must be provided',
  ],
  [
    { Target: { Arn: QUEUE, RoleArn: ROLE, RetryPolicy: { MaximumRetryAttempts: 186 } } },
    'less than or equal to 185',
  ],
  [{ StartDate: 2, EndDate: 1 }, 'EndDate you specify must come after the StartDate'],
  [
    { Target: { Arn: QUEUE, RoleArn: `${ROLE}2` } },
    'must allow AWS EventBridge Scheduler to assume the role',
  ],
  [{ GroupName: 'none' }, 'Schedule group none does not exist.'],
])('refuses %j', async (more, message) => {
  const scheduler = await open();
  await expect(scheduler.ask('CreateSchedule', schedule(more))).rejects.toThrow(message);
});

const request = (method: string, url: string, body = '') => {
  const { pathname, searchParams } = new URL(url, 'http://x');
  return { method, path: pathname, query: searchParams, headers: {}, body: Buffer.from(body) };
};

test('reads the requests of its REST API', async () => {
  const { api } = await open();
  expect(api.route?.(request('POST', '/schedules/a', '{"GroupName":"g","State":"ENABLED"}'))).toEqual({
    action: 'CreateSchedule',
    input: { Name: 'a', GroupName: 'g', State: 'ENABLED' },
  });
  expect(api.route?.(request('DELETE', '/schedules/a%20b?groupName=g&clientToken=t'))).toEqual({
    action: 'DeleteSchedule',
    input: { Name: 'a b', GroupName: 'g', ClientToken: 't' },
  });
  expect(api.route?.(request('GET', '/schedules?ScheduleGroup=g&MaxResults=5'))).toMatchObject({
    action: 'ListSchedules',
    input: { GroupName: 'g', MaxResults: 5 },
  });
  expect(api.route?.(request('PUT', '/schedule-groups/g'))).toBeUndefined();
  expect(api.route?.(request('GET', '/else'))).toBeUndefined();
  expect(() => api.route?.(request('POST', '/schedules/a', '{'))).toThrow('not JSON');
});
