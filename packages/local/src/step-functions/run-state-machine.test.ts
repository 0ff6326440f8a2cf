import { expect, test } from '@jest/globals';
import { type Invoke, runStateMachine } from './run-state-machine.ts';

const INVOKE = 'arn:aws:states:::lambda:invoke';
const never: Invoke = () => Promise.reject(new Error('no task expected'));

const failure = (name: string, message = '') => Object.assign(new Error(message), { name });

const machine = (States: Record<string, object>) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
});
const run = (States: Record<string, object>, input: unknown = {}, invoke: Invoke = never) =>
  runStateMachine(machine(States), input, { invoke });
const output = async (expression: string, input: unknown = {}) =>
  (await run({ Only: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }, input)).output;

test('passes input on, assigns variables with the values from before the state', async () => {
  const result = await run(
    {
      First: { Type: 'Pass', Assign: { x: '{% $states.input.n %}', y: 2 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { x: '{% $x + 1 %}' }, Output: { before: '{% $x %}' }, Next: 'Third' },
      Third: {
        Type: 'Succeed',
        Output: { before: '{% $states.input.before %}', x: '{% $x %}', y: '{% $y %}' },
      },
    },
    { n: 1 },
  );
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { before: 1, x: 2, y: 2 } });
});

test('takes a string for an expression only where nothing stands around the braces', async () => {
  const Output = { plain: ' {% 1 %}', dollar: '$states.input', inside: ['{% 1 %}', { deep: '{% 2 %}' }] };
  const result = await run({ Only: { Type: 'Pass', Output, End: true } });
  expect(result.output).toEqual({ plain: ' {% 1 %}', dollar: '$states.input', inside: [1, { deep: 2 }] });
});

test('has the functions that Step Functions adds to JSONata', async () => {
  expect(await output('$partition([1,2,3,4,5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
  expect(await output('$range(0, 6, 2)')).toEqual([0, 2, 4, 6]);
  expect(await output('$range(3, 1, -1)')).toEqual([3, 2, 1]);
  expect(await output('$range(-1.7, 2, 1)')).toEqual([-1, 0, 1, 2]);
  expect(await output('$range(3, 3, 1)')).toBe(3);
  expect(
    await output('$exists($range(5, 1, 1)) or $exists($range(1, 5)) or $exists($partition([], 2))'),
  ).toBe(false);
  expect(await output('$partition([1,2,3])')).toEqual([[1, 2, 3]]);
  expect(await output('$hash("input", "SHA-1")')).toBe('140f86aae51ab9e1cda9b4254fe98a74eb54c1a1');
  expect(await output('$random(42)')).toBe(0.7275636800328681);
  expect(await output('$random()')).toBeLessThan(1);
  expect(await output('$uuid()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(await output('$parse("{\\"a\\":[1]}").a')).toEqual([1]);
});

test('offers the context object', async () => {
  const context = (await output('$states.context', { a: 1 })) as Record<string, Record<string, unknown>>;
  expect(context.State).toEqual({ Name: 'Only', EnteredTime: expect.any(String) });
  expect(context.Execution).toMatchObject({ Input: { a: 1 }, RedriveCount: 0, Name: expect.any(String) });
  expect(context.StateMachine?.Id).toMatch(/^arn:aws:states:us-east-1:\d+:stateMachine:/);
});

test.each([
  ['$abs("x")', 'threw an error during evaluation. T0410: Argument 1 of function "abs" does not match'],
  ['$nothing', 'returned nothing (undefined).'],
  ['$eval("1")', 'T1006'],
  ['$partition([1], -1)', 'D3137: Second argument must be zero or greater'],
  ['$range(1, 360146, 1)', 'during evaluation: Expression evaluation memory limit exceeded'],
  ['$hash("a", "md5")', 'D3137'],
  ['$parse("not json")', 'D3137'],
  ['$uuid(1)', 'T0410'],
  ['function() { 1 }', 'returned nothing (undefined).'],
])('fails with States.QueryEvaluationError for %s', async (expression, message) => {
  const result = await run({ Only: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true } });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(result.cause).toContain(
    `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output/v' `,
  );
  expect(result.cause).toContain(message);
  expect(result.history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'EvaluationFailed',
    'ExecutionFailed',
  ]);
});

test('chooses the first rule that holds, with its own Assign and Output', async () => {
  const States = {
    Choose: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'End', Assign: { how: 'big' }, Output: '{% "!" %}' },
        { Condition: '{% $states.input.n > 1 %}', Next: 'End', Assign: { how: 'some' } },
      ],
      Default: 'End',
      Assign: { how: 'default' },
      Output: 'default output',
    },
    End: { Type: 'Succeed', Output: '{% [$how, $states.input] %}' },
  };
  expect((await run(States, { n: 11 })).output).toEqual(['big', '!']);
  expect((await run(States, { n: 2 })).output).toEqual(['some', { n: 2 }]);
  expect((await run(States, { n: 0 })).output).toEqual(['default', 'default output']);
});

test('fails a choice that nothing matches, and one that gives no boolean', async () => {
  const choice = (Condition: string) => ({
    Choose: { Type: 'Choice', Choices: [{ Condition, Next: 'End' }] },
    End: { Type: 'Succeed' },
  });
  expect(await run(choice('{% false %}'))).toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('The state does not point to a next state.'),
  });
  expect(await run(choice('{% 1 %}'))).toMatchObject({
    error: 'States.QueryEvaluationError',
    cause: expect.stringContaining(
      "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number'",
    ),
  });
});

test('runs a task with its arguments, or the input where there are none', async () => {
  const calls: unknown[][] = [];
  const invoke: Invoke = async (...call) => {
    calls.push(call);
    return { StatusCode: 200, Payload: { total: 5 } };
  };
  const Task = { Type: 'Task', Resource: INVOKE };
  const result = await run(
    {
      First: {
        ...Task,
        Arguments: { FunctionName: 'f', Payload: '{% $states.input.a %}' },
        Output: '{% $states.result.Payload %}',
        Next: 'Second',
      },
      Second: { ...Task, End: true },
    },
    { a: [1] },
    invoke,
  );
  expect(calls).toEqual([
    [INVOKE, { FunctionName: 'f', Payload: [1] }],
    [INVOKE, { total: 5 }],
  ]);
  expect(result.output).toEqual({ StatusCode: 200, Payload: { total: 5 } });
});

test('writes the history of a task as AWS does', async () => {
  const result = await run(
    {
      Work: {
        Type: 'Task',
        Resource: INVOKE,
        Arguments: { FunctionName: 'f' },
        TimeoutSeconds: 9,
        End: true,
      },
    },
    { a: 1 },
    () => ({ ok: true }),
  );
  const events = result.history.map(({ timestamp, ...event }) => event);
  const named = { resource: 'invoke', resourceType: 'lambda' };
  const outputDetails = { output: '{"ok":true}', outputDetails: { truncated: false } };
  expect(events.slice(1)).toEqual([
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
    { id: 7, previousEventId: 6, type: 'ExecutionSucceeded', executionSucceededEventDetails: outputDetails },
  ]);
});

test('gives a function called by its ARN events of its own', async () => {
  const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const result = await run({ Work: { Type: 'Task', Resource, End: true } }, {}, () => {
    throw failure('Broken', 'why');
  });
  expect(result).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'why' });
  expect(result.history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionFailed',
    'ExecutionFailed',
  ]);
});

test('retries with a count for each retrier, then catches', async () => {
  const failures = ['A', 'B', 'A', 'A'];
  const counts: unknown[] = [];
  const invoke: Invoke = async (_, given) => {
    counts.push((given as { retry: number }).retry);
    throw failure(failures.shift() ?? '', 'why');
  };
  const Retry = [
    { ErrorEquals: ['A'], IntervalSeconds: 1, MaxDelaySeconds: 2, JitterStrategy: 'FULL', MaxAttempts: 2 },
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, JitterStrategy: 'FULL' },
  ];
  const Catch = [
    { ErrorEquals: ['B'], Next: 'Wrong' },
    {
      ErrorEquals: ['States.TaskFailed'],
      Next: 'Caught',
      Assign: { e: '{% $states.errorOutput.Error %}' },
      Output: '{% $merge([$states.input, $states.errorOutput]) %}',
    },
  ];
  const result = await run(
    {
      Work: {
        Type: 'Task',
        Resource: INVOKE,
        Arguments: { retry: '{% $states.context.State.RetryCount %}' },
        Retry,
        Catch,
        Assign: { e: 'not this' },
        End: true,
      },
      Wrong: { Type: 'Fail' },
      Caught: { Type: 'Succeed', Output: { e: '{% $e %}', given: '{% $states.input %}' } },
    },
    { a: 1 },
    invoke,
  );
  expect(counts).toEqual([0, 1, 2, 3]);
  expect(result.output).toEqual({ e: 'A', given: { a: 1, Error: 'A', Cause: 'why' } });
});

test('catches what its own expressions do wrong', async () => {
  const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }];
  const result = await run(
    {
      Work: { Type: 'Task', Resource: INVOKE, Output: '{% $states.result.missing %}', Catch, End: true },
      Caught: { Type: 'Succeed' },
    },
    {},
    () => ({}),
  );
  expect(result.output).toMatchObject({ Error: 'States.QueryEvaluationError' });
});

test('times a task out, which States.TaskFailed does not catch', async () => {
  const forever: Invoke = () => new Promise(() => undefined);
  const Task = { Type: 'Task', Resource: INVOKE, TimeoutSeconds: '{% 1 %}', End: true };
  const States = (ErrorEquals: string[]) => ({
    Work: { ...Task, Catch: [{ ErrorEquals, Next: 'Caught' }] },
    Caught: { Type: 'Succeed', Output: 'caught' },
  });
  const [failed, caught] = await Promise.all([
    run(States(['States.TaskFailed']), {}, forever),
    run(States(['States.Timeout']), {}, forever),
  ]);
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(failed.history.at(-2)).toMatchObject({ type: 'TaskTimedOut' });
  expect(caught.output).toBe('caught');
});

test('lets a missed heartbeat be caught under its own name', async () => {
  const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Caught' }];
  const Resource = `${INVOKE}.waitForTaskToken`;
  const Arguments = { token: '{% $states.context.Task.Token %}' };
  const result = await run(
    {
      Work: { Type: 'Task', Resource, Arguments, HeartbeatSeconds: 1, Catch, End: true },
      Caught: { Type: 'Succeed' },
    },
    {},
    () => new Promise(() => undefined),
  );
  expect(result.status).toBe('SUCCEEDED');
});

test('times the whole machine out', async () => {
  const definition = { ...machine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }), TimeoutSeconds: 1 };
  const result = await runStateMachine(definition, {}, { invoke: never });
  expect(result.status).toBe('TIMED_OUT');
  expect(result.history.at(-1)?.type).toBe('ExecutionTimedOut');
});

test('waits until a time, and refuses what is none', async () => {
  const wait = (Timestamp: string) => run({ Wait: { Type: 'Wait', Timestamp, End: true } });
  expect((await wait('{% $now() %}')).status).toBe('SUCCEEDED');
  expect(await wait('tomorrow')).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
});

test('fails with literal or computed error and cause', async () => {
  const result = await run(
    { Fail: { Type: 'Fail', Error: 'E', Cause: '{% $string($states.input) %}' } },
    { a: 1 },
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'E', cause: '{"a":1}' });
});

test('refuses data of more than 256 KiB', async () => {
  const big = 'x'.repeat(262_145);
  const Work = {
    Type: 'Task',
    Resource: INVOKE,
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
    End: true,
  };
  const result = await run({ Work, End: { Type: 'Succeed' } }, {}, () => big);
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('maps over items with at most so many at once, in order', async () => {
  let running = 0;
  let most = 0;
  const invoke: Invoke = async (_, given) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return given;
  };
  const result = await run(
    {
      Each: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: {
          at: '{% $states.context.Map.Item.Index %}',
          it: '{% $states.context.Map.Item.Value %}',
        },
        MaxConcurrency: 2,
        ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: INVOKE, End: true } } },
        End: true,
      },
    },
    { items: ['a', 'b', 'c', 'd'] },
    invoke,
  );
  expect(result.output).toEqual([
    { at: 0, it: 'a' },
    { at: 1, it: 'b' },
    { at: 2, it: 'c' },
    { at: 3, it: 'd' },
  ]);
  expect(most).toBe(2);
});

const failingMap = (more: object) => ({
  Each: {
    Type: 'Map',
    Items: [1, 2, 3, 4],
    ItemProcessor: {
      StartAt: 'Check',
      States: {
        Check: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input % 2 = 0 %}', Next: 'Bad' }],
          Default: 'Good',
        },
        Bad: { Type: 'Fail', Error: 'Even', Cause: 'why' },
        Good: { Type: 'Pass', End: true },
      },
    },
    ...more,
    End: true,
  },
});

test('fails a map with the error of an iteration, unless that many are tolerated', async () => {
  expect(await run(failingMap({}))).toMatchObject({ status: 'FAILED', error: 'Even', cause: 'why' });
  expect((await run(failingMap({ ToleratedFailureCount: 2 }))).output).toEqual([1, 3]);
  expect((await run(failingMap({ ToleratedFailurePercentage: 50 }))).output).toEqual([1, 3]);
  expect(await run(failingMap({ ToleratedFailureCount: 1 }))).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
  });
});

test('refuses to map over what is no array', async () => {
  const Each = {
    Type: 'Map',
    Items: '{% {"a": 1} %}',
    ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    End: true,
  };
  expect(await run({ Each })).toMatchObject({
    error: 'States.QueryEvaluationError',
    cause: expect.stringContaining("Expected 'array', but was 'object'"),
  });
});

test('runs branches with a copy of the outer variables', async () => {
  const branch = (value: number) => ({
    StartAt: `Set${value}`,
    States: {
      [`Set${value}`]: { Type: 'Pass', Assign: { x: '{% $x + $states.input %}' }, Next: `Get${value}` },
      [`Get${value}`]: { Type: 'Pass', Output: `{% $x * ${value} %}`, End: true },
    },
  });
  const result = await run({
    Start: { Type: 'Pass', Assign: { x: 1 }, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Arguments: 10,
      Branches: [branch(1), branch(2)],
      Assign: { sum: '{% $sum($states.result) %}' },
      Next: 'End',
    },
    End: { Type: 'Succeed', Output: { result: '{% $states.input %}', sum: '{% $sum %}', x: '{% $x %}' } },
  });
  expect(result.output).toEqual({ result: [11, 22], sum: 33, x: 1 });
});

test('ends the other branches when one fails, and can be caught', async () => {
  const result = await run({
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 60, End: true } } },
        { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'E' } } },
      ],
      Catch: [{ ErrorEquals: ['E'], Next: 'End' }],
      End: true,
    },
    End: { Type: 'Succeed' },
  });
  expect(result.output).toEqual({ Error: 'E', Cause: '' });
  expect(result.history.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['WaitStateAborted', 'ParallelStateFailed', 'ParallelStateExited']),
  );
});

test.each<[string, unknown, RegExp]>([
  ['no JSON', '{', /INVALID_JSON_DESCRIPTION/],
  [
    'a JSONPath state',
    { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
    /JSONPath states do not run here/,
  ],
  [
    'a JSONPath field',
    machine({ A: { Type: 'Pass', ResultPath: '$.a', End: true } }),
    /no such field at \/States\/A\/ResultPath/,
  ],
  [
    'a missing target',
    machine({ A: { Type: 'Pass', Next: 'B' } }),
    /MISSING_TRANSITION_TARGET: there is no state "B"/,
  ],
  ['a missing transition', machine({ A: { Type: 'Pass' } }), /either Next or "End": true at \/States\/A/],
  ['an unknown type', machine({ A: { Type: 'Loop', End: true } }), /not a state of a known Type/],
  [
    'an expression that does not parse',
    machine({ A: { Type: 'Pass', Output: '{% 1 + %}', End: true } }),
    /INVALID_JSONATA_EXPRESSION/,
  ],
  [
    'States.ALL not last',
    machine({
      A: {
        Type: 'Task',
        Resource: INVOKE,
        Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }],
        End: true,
      },
    }),
    /States.ALL must stand alone/,
  ],
  [
    'a bad branch',
    machine({ A: { Type: 'Parallel', Branches: [{ StartAt: 'X', States: {} }], End: true } }),
    /Branches\[0\]\/StartAt/,
  ],
])('refuses %s', async (_, definition, message) => {
  await expect(runStateMachine(definition, {}, { invoke: never })).rejects.toThrow(message);
});

test('ends a workflow that runs in circles', async () => {
  const result = await run({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(result.cause).toContain('maximum number of history events');
});

const typesAndPrevious = (history: readonly { type: string; previousEventId: number }[]) =>
  history.map(({ type, previousEventId }) => `${previousEventId} ${type}`);

test('writes the history of a failed branch as AWS does', async () => {
  const Branches = [{ StartAt: 'Send', States: { Send: { Type: 'Task', Resource: INVOKE, End: true } } }];
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Handled' }];
  const Retry = [{ ErrorEquals: ['Again'], IntervalSeconds: 1, JitterStrategy: 'FULL' }];
  const failures = ['Again', 'Final'];
  const result = await run(
    { P: { Type: 'Parallel', Branches, Retry, Catch, End: true }, Handled: { Type: 'Pass', End: true } },
    {},
    () => Promise.reject(failure(failures.shift() ?? '')),
  );
  expect(typesAndPrevious(result.history)).toEqual([
    '0 ExecutionStarted',
    '0 ParallelStateEntered',
    '2 ParallelStateStarted',
    '3 TaskStateEntered',
    '4 TaskScheduled',
    '5 TaskStarted',
    '6 TaskFailed',
    '7 TaskStateAborted',
    '7 ParallelStateStarted',
    '9 TaskStateEntered',
    '10 TaskScheduled',
    '11 TaskStarted',
    '12 TaskFailed',
    '13 TaskStateAborted',
    '13 ParallelStateFailed',
    '15 ParallelStateExited',
    '16 PassStateEntered',
    '17 PassStateExited',
    '18 ExecutionSucceeded',
  ]);
});

test('writes the history of a map as AWS does', async () => {
  const map = (Items: unknown[], Output: string) =>
    run({
      M: {
        Type: 'Map',
        Items,
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Output, End: true } } },
        End: true,
      },
    });
  expect(typesAndPrevious((await map([], '')).history).slice(2)).toEqual([
    '2 MapStateStarted',
    '3 MapStateSucceeded',
    '3 MapStateExited',
    '5 ExecutionSucceeded',
  ]);
  expect(typesAndPrevious((await map([1, 2], '{% $states.input.missing %}')).history).slice(2)).toEqual([
    '2 MapStateStarted',
    '3 MapIterationStarted',
    '4 PassStateEntered',
    '5 EvaluationFailed',
    '6 MapIterationFailed',
    '6 MapStateFailed',
    '8 ExecutionFailed',
  ]);
});

test('writes the history of a catcher that fails itself as AWS does', async () => {
  const Branches = [{ StartAt: 'Boom', States: { Boom: { Type: 'Fail', Error: 'E' } } }];
  const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input.missing %}', Next: 'Done' }];
  const result = await run({
    P: { Type: 'Parallel', Branches, Catch, End: true },
    Done: { Type: 'Pass', End: true },
  });
  expect(typesAndPrevious(result.history).slice(2)).toEqual([
    '2 ParallelStateStarted',
    '3 FailStateEntered',
    '4 ParallelStateFailed',
    '4 EvaluationFailed',
    '6 ParallelStateFailed',
    '7 ExecutionFailed',
  ]);
});

test('records a map that fails before it starts', async () => {
  const ItemProcessor = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
  const result = await run({
    M: { Type: 'Map', Items: '{% $states.input.missing %}', ItemProcessor, End: true },
  });
  expect(typesAndPrevious(result.history).slice(2)).toEqual([
    '2 EvaluationFailed',
    '3 MapStateFailed',
    '4 ExecutionFailed',
  ]);
});
