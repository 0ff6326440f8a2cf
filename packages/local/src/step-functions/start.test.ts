import { afterEach, expect, test } from '@jest/globals';
import { AwsError, type Cloud, type Running } from '../cloud.ts';
import { type FakeCall, fakeCloud, memoryStore, until } from './fake-cloud.ts';
import { start } from './start.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:emporium-orders-local-OrderWorkflow';
const RoleArn = 'arn:aws:iam::000000000000:role/OrderWorkflowRole';
const INVOKE = 'arn:aws:states:::lambda:invoke';

const task = (name: string, more: object) => ({
  Type: 'Task',
  Resource: INVOKE,
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...more,
});
const machine = (States: Record<string, object>) => ({
  type: 'AWS::StepFunctions::StateMachine',
  arn: ARN,
  properties: {
    RoleArn,
    DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States }),
  },
});

const running: Running[] = [];
afterEach(async () => {
  for (const module of running.splice(0)) await module.stop();
});

/** Starts the module and gives its API as a plain function. */
const open = async (cloud: Cloud) => {
  const module = await start(cloud);
  running.push(module);
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  const ask = (action: string, input: object): Promise<any> =>
    module.api.handle(action, input as never, { kind: 'root' });
  const ended = async (executionArn: string) => {
    for (;;) {
      const execution = await ask('DescribeExecution', { executionArn });
      if (execution.status !== 'RUNNING') return execution;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { module, ask, ended };
};

const echo = ({ input }: FakeCall) => ({ StatusCode: 200, Payload: (input as { Payload: string }).Payload });

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
  expect(newest).toMatchObject({ events: [{ type: 'ExecutionSucceeded' }], nextToken: '1' });
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
  ['StartExecution', { stateMachineArn: 'arn:none' }, 'StateMachineDoesNotExist'],
  ['StartExecution', { stateMachineArn: ARN, name: 'a b' }, 'InvalidName'],
  ['StartExecution', { stateMachineArn: ARN, input: '{' }, 'InvalidExecutionInput'],
  ['DescribeExecution', { executionArn: 'arn:none' }, 'ExecutionDoesNotExist'],
  ['StopExecution', { executionArn: 'arn:none' }, 'ExecutionDoesNotExist'],
  ['SendTaskSuccess', { taskToken: 'x', output: '{}' }, 'InvalidToken'],
  ['SendTaskSuccess', { taskToken: 'x', output: '{' }, 'InvalidOutput'],
  ['Dance', {}, 'UnknownOperationException'],
])('refuses %s %j', async (action, input, code) => {
  const { ask } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  await expect(ask(action, input)).rejects.toMatchObject({ code });
});

test('names failures as Step Functions does', async () => {
  const answers: Record<string, () => unknown> = {
    failing: () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: '{"errorType":"CardDeclined","errorMessage":"no"}',
    }),
    missing: () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found');
    },
    denied: () => {
      throw new AwsError(
        'AccessDeniedException',
        'User: x is not authorized to perform: lambda:InvokeFunction',
      );
    },
  };
  const cloud = fakeCloud(
    [machine({ A: { ...task('', { End: true }), Arguments: '{% $states.input %}' } })],
    ({ input }) => answers[(input as { FunctionName: string }).FunctionName]?.(),
  );
  const { ask, ended } = await open(cloud);
  const fail = async (FunctionName: string) => {
    const { executionArn } = await ask('StartExecution', {
      stateMachineArn: ARN,
      input: JSON.stringify({ FunctionName }),
    });
    return ended(executionArn);
  };
  expect(await fail('failing')).toMatchObject({
    error: 'CardDeclined',
    cause: '{"errorType":"CardDeclined","errorMessage":"no"}',
  });
  expect(await fail('missing')).toMatchObject({
    error: 'Lambda.ResourceNotFoundException',
    cause: 'Function not found',
  });
  expect(await fail('denied')).toMatchObject({ error: 'Lambda.AWSLambdaException' });
});

test('goes on after a restart without repeating what was done', async () => {
  const store = memoryStore();
  const calls: string[] = [];
  let stuck = true;
  const answer = (call: FakeCall) => {
    const { FunctionName } = call.input as { FunctionName: string };
    calls.push(FunctionName);
    return FunctionName === 'second' && stuck ? new Promise(() => undefined) : echo(call);
  };
  const States = {
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'A',
          States: {
            A: task('first', { Assign: { v: 7 }, Next: 'B' }),
            B: task('second', { Output: '{% $v %}', End: true }),
          },
        },
        { StartAt: 'C', States: { C: task('other', { End: true }) } },
      ],
      Next: 'Last',
    },
    Last: task('last', { End: true }),
  };
  const first = await open(fakeCloud([machine(States)], answer, store));
  const { executionArn } = await first.ask('StartExecution', {
    stateMachineArn: ARN,
    name: 'ord_1',
    input: '{}',
  });
  await until(() => calls.includes('second') && calls.includes('other'));
  await until(() => store.list('log/').length >= 5);
  await first.module.stop();

  stuck = false;
  calls.length = 0;
  const second = await open(fakeCloud([machine({ Changed: { Type: 'Fail' } })], answer, store));
  expect(await second.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[7,{}]' });
  expect(calls).toEqual(['second', 'last']);
  const { events } = await second.ask('GetExecutionHistory', { executionArn });
  const ids = events.map(({ id }: { id: number }) => id);
  expect(ids).toEqual(ids.map((_: number, at: number) => at + 1));
});

const reviewed = {
  Review: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } },
    Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, JitterStrategy: 'FULL' }],
    End: true,
  },
};

test('waits for a callback, also over a restart', async () => {
  const store = memoryStore();
  const tokens: string[] = [];
  const answer = ({ input }: FakeCall) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  };
  const first = await open(fakeCloud([machine(reviewed)], answer, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const history = async () => (await first.ask('GetExecutionHistory', { executionArn })).events;
  while (!(await history()).some(({ type }: { type: string }) => type === 'TaskSubmitted'))
    await until(() => true);
  await first.module.stop();

  const second = await open(fakeCloud([machine(reviewed)], answer, store));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await second.ask('SendTaskHeartbeat', { taskToken: tokens[0] });
  await second.ask('SendTaskSuccess', { taskToken: tokens[0], output: '{"decision":"approve"}' });
  expect(await second.ended(executionArn)).toMatchObject({ output: '{"decision":"approve"}' });
  expect(tokens).toHaveLength(1);
  await expect(second.ask('SendTaskSuccess', { taskToken: tokens[0], output: '{}' })).rejects.toMatchObject({
    code: 'TaskTimedOut',
  });
});

test('retries a task that a callback failed, under a new token', async () => {
  const tokens: string[] = [];
  const cloud = fakeCloud([machine(reviewed)], ({ input }) => {
    tokens.push(JSON.parse((input as { MessageBody: string }).MessageBody).token);
    return { MessageId: 'm' };
  });
  const { ask, ended } = await open(cloud);
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  await until(() => tokens.length === 1);
  await ask('SendTaskFailure', { taskToken: tokens[0], error: 'Again' });
  await until(() => tokens.length === 2);
  expect(tokens[1]).not.toBe(tokens[0]);
  await ask('SendTaskFailure', { taskToken: tokens[1], error: 'Declined', cause: 'fraud' });
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'fraud' });
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

test('checks a callback against the state machine', async () => {
  const { module } = await open(fakeCloud([machine({ A: { Type: 'Succeed' } })], echo));
  const taskToken = Buffer.from(
    JSON.stringify([`${ARN.replace('stateMachine', 'execution')}:ord_1`, '', 'x']),
  ).toString('base64url');
  expect(module.api.permissions('SendTaskSuccess', { taskToken } as never)).toEqual([
    { action: 'states:SendTaskSuccess', resource: ARN },
  ]);
  expect(module.api.permissions('StartExecution', { stateMachineArn: ARN } as never)).toEqual([
    { action: 'states:StartExecution', resource: ARN },
  ]);
});

test('does not start with a definition that AWS would refuse', async () => {
  await expect(open(fakeCloud([machine({ A: { Type: 'Pass' } })], echo))).rejects.toThrow(
    /either Next or "End"/,
  );
});

test('does not repeat the iterations of a map that ended before a restart', async () => {
  const store = memoryStore();
  const calls: unknown[] = [];
  let stuck = true;
  const answer = ({ input }: FakeCall) => {
    const payload = JSON.parse((input as { Payload: string }).Payload);
    calls.push(payload);
    if (payload === 2 && stuck) return new Promise(() => undefined);
    if (payload === 1) return { StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorType":"Bad"}' };
    return { StatusCode: 200, Payload: String(payload * 10) };
  };
  const ItemProcessor = { StartAt: 'Work', States: { Work: task('f', { End: true }) } };
  const States = {
    Each: { Type: 'Map', Items: [1, 2, 3], ItemProcessor, ToleratedFailureCount: 1, End: true },
  };
  const first = await open(fakeCloud([machine(States)], answer, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const ended = () =>
    store.list<{ frame?: { done?: unknown } }>('log/').filter(({ value }) => value.frame?.done);
  await until(() => ended().length === 2);
  await first.module.stop();

  stuck = false;
  calls.length = 0;
  const second = await open(fakeCloud([machine(States)], answer, store));
  expect(await second.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[20,30]' });
  expect(calls).toEqual([2]);
});

test('an interrupted wait ends when it would have', async () => {
  const store = memoryStore();
  const States = { A: { Type: 'Wait', Seconds: 1, End: true } };
  const first = await open(fakeCloud([machine(States)], echo, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const resumeAt = () => store.list<{ frame: { resumeAt?: number } }>('log/').at(-1)?.value.frame.resumeAt;
  const end = await until(resumeAt);
  await first.module.stop();
  const second = await open(fakeCloud([machine(States)], echo, store));
  const { stopDate } = await second.ended(executionArn);
  expect(stopDate * 1000).toBeGreaterThanOrEqual(end);
  expect(stopDate * 1000).toBeLessThan(end + 500);
});
