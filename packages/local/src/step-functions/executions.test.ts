import { afterEach, expect, test } from '@jest/globals';
import { type FakeCall, fakeCloud } from './fake-cloud.ts';
import { ARN, echo, machine, open, RoleArn, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

test('runs tasks as the state machine’s role', async () => {
  const calls: FakeCall[] = [];
  const cloud = fakeCloud([machine({ A: task('reserveStock', { End: true }) })], (call) => {
    calls.push(call);
    return echo(call);
  });
  const { ask, ended } = await open(cloud);
  const { executionArn, startDate } = await ask('StartExecution', {
    stateMachineArn: ARN,
    name: 'ord_1',
    input: '{"a":1}',
  });
  expect(executionArn).toBe(
    'arn:aws:states:us-east-1:000000000000:execution:emporium-orders-local-OrderWorkflow:ord_1',
  );
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}', startDate });
  expect(calls).toEqual([
    {
      caller: { kind: 'role', roleArn: RoleArn, name: 'emporium-orders-local-OrderWorkflow' },
      prefix: 'lambda',
      action: 'Invoke',
      input: { FunctionName: 'reserveStock', Payload: '{"a":1}' },
    },
  ]);
  const { events } = await ask('GetExecutionHistory', { executionArn });
  expect(events.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const newest = await ask('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 });
  expect(newest).toMatchObject({ events: [{ type: 'ExecutionSucceeded' }] });
  const { executions } = await ask('ListExecutions', { stateMachineArn: ARN, statusFilter: 'SUCCEEDED' });
  expect(executions).toMatchObject([{ name: 'ord_1' }]);
});

test('starts the same execution once', async () => {
  const cloud = fakeCloud([machine({ A: { Type: 'Wait', Seconds: 1, End: true } })], echo);
  const { ask, ended } = await open(cloud);
  const input = { stateMachineArn: ARN, name: 'ord_1', input: '{}' };
  const first = await ask('StartExecution', input);
  expect(await ask('StartExecution', input)).toEqual(first);
  await expect(ask('StartExecution', { ...input, input: '{"b":1}' })).rejects.toMatchObject({
    code: 'ExecutionAlreadyExists',
  });
  await ended(first.executionArn);
  await expect(ask('StartExecution', input)).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
});

test.each([
  ['StartExecution', { stateMachineArn: 'arn:none' }, 'InvalidArn'],
  ['StartExecution', { stateMachineArn: ARN, name: 'a b' }, 'InvalidName'],
  ['StartExecution', { stateMachineArn: ARN, input: '{' }, 'InvalidExecutionInput'],

  ['SendTaskSuccess', { taskToken: 'x', output: '{}' }, 'InvalidToken'],
  ['SendTaskSuccess', { taskToken: 'x', output: '{' }, 'InvalidOutput'],
  ['Dance', {}, 'UnknownOperationException'],
])('refuses %s %j', async (action, input, code) => {
  const { ask } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  await expect(ask(action, input)).rejects.toMatchObject({ code });
});

test('stops an execution', async () => {
  const { ask } = await open(fakeCloud([machine({ A: { Type: 'Wait', Seconds: 60, End: true } })], echo));
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  await ask('StopExecution', { executionArn, error: 'Enough', cause: 'of that' });
  expect(await ask('DescribeExecution', { executionArn })).toMatchObject({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'of that',
  });
});

const EXECUTION = `${ARN.replace('stateMachine', 'execution')}:ord_1`;
const waiting = { A: { Type: 'Wait', Seconds: 60, End: true } };
const passing = { A: { Type: 'Pass', End: true } };

test.each<[string, object, string, string]>([
  [
    'StartExecution',
    {},
    'ValidationException',
    "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
  ],
  ['StartExecution', { stateMachineArn: 'abc' }, 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: abc'"],
  [
    'StartExecution',
    { stateMachineArn: EXECUTION },
    'InvalidArn',
    "Invalid Arn: 'Resource type not valid in this context: execution'",
  ],
  [
    'StartExecution',
    { stateMachineArn: `${ARN}x` },
    'StateMachineDoesNotExist',
    `State Machine Does Not Exist: '${ARN}x'`,
  ],
  [
    'StartExecution',
    { stateMachineArn: `${ARN}:1` },
    'StateMachineDoesNotExist',
    `State Machine Does Not Exist: '${ARN}:1'`,
  ],
  ['StartExecution', { stateMachineArn: ARN, name: 'a/b' }, 'InvalidName', "Invalid Name: 'a/b'"],
  [
    'StartExecution',
    { stateMachineArn: ARN, name: 'a'.repeat(81) },
    'ValidationException',
    `1 validation error detected: Value '${'a'.repeat(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
  ],
  [
    'StartExecution',
    { stateMachineArn: ARN, input: '"'.padEnd(262_145, 'a') },
    'ValidationException',
    "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
  ],
  [
    'StartExecution',
    { stateMachineArn: ARN, input: `"${'é'.repeat(131_072)}"` },
    'InvalidExecutionInput',
    "Invalid State Machine Execution Input: 'larger than 262144 bytes'",
  ],
  [
    'DescribeExecution',
    { executionArn: EXECUTION },
    'ExecutionDoesNotExist',
    `Execution Does Not Exist: '${EXECUTION}'`,
  ],
  [
    'StopExecution',
    { executionArn: ARN },
    'InvalidArn',
    "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
  ],
  ['GetExecutionHistory', { executionArn: 'x' }, 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: x'"],
  [
    'ListExecutions',
    { stateMachineArn: ARN, statusFilter: 'DONE' },
    'ValidationException',
    "1 validation error detected: Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]",
  ],
  [
    'ListExecutions',
    { stateMachineArn: ARN, maxResults: 1001 },
    'ValidationException',
    "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
  ],
  [
    'ListExecutions',
    { stateMachineArn: ARN, nextToken: 'nonsense' },
    'InvalidToken',
    "Invalid Token: 'Invalid token'",
  ],
  [
    'StartSyncExecution',
    { stateMachineArn: ARN },
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  ],
])('%s %j is refused in the words of AWS', async (action, input, code, message) => {
  const { ask } = await open(fakeCloud([machine(passing)], echo));
  await expect(ask(action, input)).rejects.toMatchObject({ code, message });
});

test('describes an execution with all that AWS tells of it', async () => {
  const { ask, ended } = await open(fakeCloud([machine(passing)], echo));
  const start = { stateMachineArn: ARN, name: 'ord_1', input: '{"a":1}', traceHeader: 'Root=1-2-3' };
  const { executionArn, startDate } = await ask('StartExecution', start);
  const { stopDate } = await ended(executionArn);
  expect(await ask('DescribeExecution', { executionArn })).toEqual({
    executionArn: EXECUTION,
    stateMachineArn: ARN,
    name: 'ord_1',
    status: 'SUCCEEDED',
    startDate,
    stopDate,
    input: '{"a":1}',
    inputDetails: { included: true },
    output: '{"a":1}',
    outputDetails: { included: true },
    traceHeader: 'Root=1-2-3',
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
  const metadata = await ask('DescribeExecution', { executionArn, includedData: 'METADATA_ONLY' });
  expect(metadata).toMatchObject({ inputDetails: { included: false } });
  expect(metadata).not.toHaveProperty('output');
});

test('pages through executions, the newest first, whatever starts meanwhile', async () => {
  const { ask, ended } = await open(fakeCloud([machine(passing)], echo));
  const begin = async (name: string) =>
    ended((await ask('StartExecution', { stateMachineArn: ARN, name })).executionArn);
  for (const name of ['a', 'b', 'c', 'd']) await begin(name);
  const whole = (await ask('ListExecutions', { stateMachineArn: ARN })).executions;
  const first = await ask('ListExecutions', { stateMachineArn: ARN, maxResults: 2 });
  await begin('zz');
  const second = await ask('ListExecutions', { stateMachineArn: ARN, nextToken: first.nextToken });
  expect([...first.executions, ...second.executions]).toEqual(whole);
  expect(second.nextToken).toBeUndefined();
  const times = whole.map(({ startDate }: { startDate: number }) => startDate);
  expect(times).toEqual(times.toSorted((one: number, other: number) => other - one));
});

test('pages through a history in either order, with its data or without', async () => {
  const { ask, ended } = await open(fakeCloud([machine(passing)], echo));
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN, input: '{"secret":1}' });
  await ended(executionArn);
  const all = async (more: object) => {
    const ids: number[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await ask('GetExecutionHistory', { executionArn, maxResults: 3, nextToken, ...more });
      ids.push(...answer.events.map(({ id }: { id: number }) => id));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return ids;
  };
  expect(await all({})).toEqual([1, 2, 3, 4]);
  expect(await all({ reverseOrder: true })).toEqual([4, 3, 2, 1]);
  const bare = await ask('GetExecutionHistory', { executionArn, includeExecutionData: false });
  expect(JSON.stringify(bare)).not.toContain('secret');
  expect(bare.events[1]).toMatchObject({ type: 'PassStateEntered', stateEnteredEventDetails: { name: 'A' } });
});

test('a second stop changes nothing', async () => {
  const { ask, events } = await open(fakeCloud([machine(waiting)], echo));
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  const { stopDate } = await ask('StopExecution', { executionArn, error: 'Enough' });
  expect(await ask('StopExecution', { executionArn, error: 'More' })).toEqual({ stopDate });
  expect(await ask('DescribeExecution', { executionArn })).toMatchObject({ error: 'Enough', stopDate });
  expect((await events(executionArn)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'WaitStateEntered',
    'ExecutionAborted',
  ]);
});

test('counts executions and their ends', async () => {
  const States = {
    A: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.fails %}', Next: 'F' }], Default: 'S' },
    F: { Type: 'Fail' },
    S: { Type: 'Succeed' },
  };
  const cloud = fakeCloud([machine(States)], echo);
  const { ask, ended } = await open(cloud);
  for (const fails of [true, false, false])
    await ended(
      (await ask('StartExecution', { stateMachineArn: ARN, input: JSON.stringify({ fails }) })).executionArn,
    );
  const read = (name: string) =>
    cloud.metrics
      .read({ namespace: 'AWS/States', name, dimensions: { StateMachineArn: ARN } })
      .map(({ statistics }) => [statistics.count, statistics.sum])
      .reduce(([count = 0, sum = 0], [more = 0, value = 0]) => [count + more, sum + value], [0, 0]);
  expect(read('ExecutionsStarted')).toEqual([3, 3]);
  expect(read('ExecutionsSucceeded')).toEqual([2, 2]);
  expect(read('ExecutionsFailed')).toEqual([1, 1]);
  expect(read('ExecutionTime')[0]).toBe(3);
});
