import { describe, expect, test } from '@jest/globals';
import { type Invoke, runStateMachine } from '../run-state-machine.ts';
import { chainOf, endless, failing, LAMBDA, machine, run, timeless, typesOf } from './run-for-test.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:a';
const task = (Resource: string, more: object = {}) => ({
  Work: { Type: 'Task', Resource, End: true, ...more },
});
const ok: Invoke = () => ({ ok: true });
const outputDetails = { output: '{"ok":true}', outputDetails: { truncated: false } };

describe('the history of a task', () => {
  test('names service and action of an integration', async () => {
    const { history } = await run(
      task(LAMBDA, { Arguments: { FunctionName: 'f' }, TimeoutSeconds: 9, HeartbeatSeconds: 3 }),
      { a: 1 },
      ok,
    );
    const named = { resource: 'invoke', resourceType: 'lambda' };
    expect(timeless(history).slice(1)).toEqual([
      {
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Work', input: '{"a":1}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          ...named,
          region: 'us-east-1',
          parameters: '{"FunctionName":"f"}',
          timeoutInSeconds: 9,
          heartbeatInSeconds: 3,
        },
      },
      { id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: named },
      {
        id: 5,
        previousEventId: 4,
        type: 'TaskSucceeded',
        taskSucceededEventDetails: { ...named, ...outputDetails },
      },
      {
        id: 6,
        previousEventId: 5,
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'Work', ...outputDetails },
      },
      {
        id: 7,
        previousEventId: 6,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: outputDetails,
      },
    ]);
  });

  test.each([
    ['arn:aws:states:::dynamodb:putItem', 'dynamodb', 'putItem'],
    ['arn:aws:states:::aws-sdk:sqs:sendMessage', 'aws-sdk:sqs', 'sendMessage'],
    ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution.sync:2'],
    [`${LAMBDA}.waitForTaskToken`, 'lambda', 'invoke.waitForTaskToken'],
  ])('%s is a task of %s', async (Resource, resourceType, resource) => {
    const { history } = await run(task(Resource), {}, ok);
    expect(history[2]).toMatchObject({ taskScheduledEventDetails: { resource, resourceType } });
  });

  test.each([
    ['arn:aws:states:::states:startExecution.sync'],
    ['arn:aws:states:::states:startExecution.sync:2'],
    [`${LAMBDA}.waitForTaskToken`],
  ])('%s is submitted before it ends', async (Resource) => {
    const { history } = await run(task(Resource), {}, failing(['Broken']));
    expect(chainOf(history).slice(2)).toEqual([
      '2 TaskScheduled',
      '3 TaskStarted',
      '4 TaskSubmitted',
      '5 TaskFailed',
      '6 ExecutionFailed',
    ]);
  });

  test('has events of its own for a function by its ARN', async () => {
    const { history } = await run(task(FUNCTION, { TimeoutSeconds: 5 }), { a: 1 }, ok);
    expect(timeless(history).slice(2, 5)).toEqual([
      {
        id: 3,
        previousEventId: 2,
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: {
          resource: FUNCTION,
          input: '{"a":1}',
          inputDetails: { truncated: false },
          timeoutInSeconds: 5,
        },
      },
      { id: 4, previousEventId: 3, type: 'LambdaFunctionStarted' },
      {
        id: 5,
        previousEventId: 4,
        type: 'LambdaFunctionSucceeded',
        lambdaFunctionSucceededEventDetails: outputDetails,
      },
    ]);
  });

  test.each([
    [FUNCTION, 'LambdaFunction', 'lambdaFunction'],
    [ACTIVITY, 'Activity', 'activity'],
  ])('of %s fails and times out as a %s', async (Resource, type, key) => {
    const broken = await run(task(Resource), {}, failing(['Broken']));
    expect(typesOf(broken.history).slice(2)).toEqual([
      `${type}Scheduled`,
      `${type}Started`,
      `${type}Failed`,
      'ExecutionFailed',
    ]);
    expect(broken.history[4]).toMatchObject({
      [`${key}FailedEventDetails`]: { error: 'Broken', cause: 'why' },
    });
    const late = await run(task(Resource, { TimeoutSeconds: 1 }), {}, endless);
    expect(late.history[4]).toMatchObject({
      type: `${type}TimedOut`,
      [`${key}TimedOutEventDetails`]: { error: 'States.Timeout' },
    });
  });

  test('says whose role a task was done as', async () => {
    const Credentials = { RoleArn: '{% $states.input.role %}' };
    const { history } = await run(task(LAMBDA, { Credentials }), { role: 'arn:aws:iam::1:role/r' }, ok);
    expect(history[2]).toMatchObject({
      taskScheduledEventDetails: { taskCredentials: { roleArn: 'arn:aws:iam::1:role/r' } },
    });
  });
});

describe('time limits', () => {
  test('end a task with States.Timeout and no cause', async () => {
    const { history, ...result } = await run(task(LAMBDA, { TimeoutSeconds: '{% 1 %}' }), {}, endless);
    expect(result).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    expect(timeless(history).at(-2)).toEqual({
      id: 5,
      previousEventId: 4,
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { resource: 'invoke', resourceType: 'lambda', error: 'States.Timeout' },
    });
  });

  test.concurrent.each([
    ['States.Timeout', 'caught'],
    ['States.ALL', 'caught'],
    ['States.TaskFailed', undefined],
    ['States.HeartbeatTimeout', undefined],
  ])('are matched by %s: %s', async (name, expected) => {
    const Catch = [{ ErrorEquals: [name], Output: 'caught', Next: 'End' }];
    const States = { ...task(LAMBDA, { TimeoutSeconds: 1, Catch }), End: { Type: 'Succeed' } };
    expect((await run(States, {}, endless)).output).toBe(expected);
  });

  test.concurrent.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])(
    'let a missed heartbeat be caught as %s, and report it as States.Timeout',
    async (name) => {
      const more = {
        TimeoutSeconds: 60,
        HeartbeatSeconds: 1,
        Arguments: { token: '{% $states.context.Task.Token %}' },
        Catch: [{ ErrorEquals: [name], Next: 'End' }],
      };
      const States = { ...task(`${LAMBDA}.waitForTaskToken`, more), End: { Type: 'Succeed' } };
      expect((await run(States, {}, endless)).output).toEqual({ Error: 'States.Timeout', Cause: '' });
    },
  );

  test('on heartbeats are for callbacks: AWS beats for what it calls itself', async () => {
    const slow: Invoke = () => new Promise((resolve) => setTimeout(resolve, 1100, {}));
    expect((await run(task(LAMBDA, { HeartbeatSeconds: 1 }), {}, slow)).status).toBe('SUCCEEDED');
  });

  test.each([
    ['TimeoutSeconds', '0', 'TimeoutSeconds must be between 1 and 99999999 but was: 0'],
    ['TimeoutSeconds', '1.5', 'The TimeoutSeconds field cannot be parsed as an integer: 1.5'],
    ['HeartbeatSeconds', '"1"', "Expected 'number', but was 'string' for value: \"1\""],
  ])('refuse a %s of %s', async (field, expression, problem) => {
    const { cause, history } = await run(task(LAMBDA, { [field]: `{% ${expression} %}` }));
    expect(cause).toContain(problem);
    expect(typesOf(history)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('a result of more than 256 KiB', () => {
  const big = 'x'.repeat(262_143);
  test.each([
    [LAMBDA, 'lambda', 'TaskFailed'],
    ['arn:aws:states:::aws-sdk:cloudformation:getTemplate', 'aws-sdk:cloudformation', 'TaskFailed'],
    [FUNCTION, FUNCTION, 'LambdaFunctionFailed'],
  ])('fails %s, and States.ALL catches that', async (Resource, name, type) => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'End' }];
    const { output, history } = await run(
      { ...task(Resource, { Catch }), End: { Type: 'Succeed' } },
      {},
      () => big,
    );
    expect(output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
    expect(history[4]?.type).toBe(type);
  });

  test('may be just below', async () => {
    expect((await run(task(LAMBDA), {}, () => big.slice(1))).status).toBe('SUCCEEDED');
  });

  test('is caught by its own name alone where the state makes it', async () => {
    const States = (name: string) => ({
      ...task(LAMBDA, {
        Output: '{% $pad("", 300000) %}',
        Catch: [{ ErrorEquals: [name], Output: 'caught', Next: 'End' }],
      }),
      End: { Type: 'Succeed' },
    });
    expect((await run(States('States.DataLimitExceeded'), {}, ok)).output).toBe('caught');
    expect((await run(States('States.ALL'), {}, ok)).error).toBe('States.DataLimitExceeded');
    expect((await run(States('States.TaskFailed'), {}, ok)).error).toBe('States.DataLimitExceeded');
  });
});

test('a callback’s output is the result, under a token of each attempt', async () => {
  const tokens: unknown[] = [];
  const invoke: Invoke = async (_, given) => {
    tokens.push((given as { token: string }).token);
    if (tokens.length === 1) throw Object.assign(new Error('why'), { name: 'Again' });
    return { decision: 'approve' };
  };
  const more = {
    Arguments: { token: '{% $states.context.Task.Token %}' },
    Retry: [{ ErrorEquals: ['Again'] }],
    Output: '{% $states.result.decision %}',
  };
  expect((await run(task(`${LAMBDA}.waitForTaskToken`, more), {}, invoke)).output).toBe('approve');
  expect(new Set(tokens).size).toBe(2);
});

test('arguments that cannot be evaluated fail the task before it is scheduled, once an attempt', async () => {
  const more = {
    Arguments: { a: '{% $states.input.none %}' },
    Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
  };
  const { history, cause } = await run(task(LAMBDA, more));
  expect(chainOf(history)).toEqual([
    '0 ExecutionStarted',
    '0 TaskStateEntered',
    '2 EvaluationFailed',
    '3 EvaluationFailed',
    '4 ExecutionFailed',
  ]);
  expect(cause).toContain(
    "'$states.input.none' specified for the field 'Arguments/a' returned nothing (undefined).",
  );
});

test('two runs of one definition do not know of each other', async () => {
  const definition = machine({
    A: { Type: 'Task', Resource: LAMBDA, Assign: { x: '{% $states.result %}' }, Next: 'B' },
    B: { Type: 'Task', Resource: LAMBDA, Output: '{% [$states.input, $x, $states.result] %}', End: true },
  });
  const results = await Promise.all(
    [1, 2, 3].map((n) => runStateMachine(definition, n, { invoke: async (_, input) => Number(input) + n })),
  );
  expect(results.map(({ output }) => output)).toEqual([
    [2, 2, 3],
    [4, 4, 6],
    [6, 6, 9],
  ]);
});
