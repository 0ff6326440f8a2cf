import { expect, test } from '@jest/globals';
import { endless, failing, LAMBDA, machine, never, run, timeless, typesOf } from './asl/run-for-test.ts';
import { type Invoke, runStateMachine } from './run-state-machine.ts';

const task = (more: object = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });

test('takes a definition as text or as a value, and {} for no input', async () => {
  const definition = machine({ A: { Type: 'Pass', End: true } });
  const expected = { status: 'SUCCEEDED', output: {} };
  expect(await runStateMachine(definition, undefined, { invoke: never })).toMatchObject(expected);
  expect(await runStateMachine(JSON.stringify(definition), undefined, { invoke: never })).toMatchObject(
    expected,
  );
});

test.each([[0], [''], ['text'], [null], [false], [[1, [2]]], [{ a: null }]])(
  'passes the input %j on as it is',
  async (input) => {
    const { output, history } = await run({ A: { Type: 'Pass', End: true } }, input);
    expect(output).toEqual(input ?? {});
    expect(history[0]).toMatchObject({
      executionStartedEventDetails: { input: JSON.stringify(input ?? {}) },
    });
  },
);

test('hands a task its resource and arguments, or the input where there are none', async () => {
  const calls: unknown[][] = [];
  const invoke: Invoke = async (...call) => {
    calls.push(call);
    return { StatusCode: 200, Payload: { total: 5 } };
  };
  const First = {
    ...task({
      Arguments: { FunctionName: 'f', Payload: '{% $states.input.a %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Second',
    }),
    End: undefined,
  };
  const { output } = await run({ First, Second: task() }, { a: [1] }, invoke);
  expect(calls).toEqual([
    [LAMBDA, { FunctionName: 'f', Payload: [1] }],
    [LAMBDA, { total: 5 }],
  ]);
  expect(output).toEqual({ StatusCode: 200, Payload: { total: 5 } });
});

test('keeps what a task does to its arguments or its answer to itself', async () => {
  const answer = { list: [1] };
  const invoke: Invoke = async (_, given) => {
    (given as { list: number[] }).list.push(99);
    setImmediate(() => answer.list.push(99));
    return answer;
  };
  const States = {
    A: { ...task({ Next: 'B' }), End: undefined },
    B: { Type: 'Wait', Seconds: 1, Next: 'C' },
    C: {
      Type: 'Pass',
      Output: '{% [$states.input.list, $states.context.Execution.Input.list] %}',
      End: true,
    },
  };
  expect((await run(States, { list: [0] }, invoke)).output).toEqual([1, 0]);
});

test.each<[string, unknown, unknown]>([
  ['nothing', undefined, null],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['undefined members', { a: undefined, b: 1 }, { b: 1 }],
  ['a bare string', 'text', 'text'],
  ['a number that JSON has not', { a: Number.NaN }, { a: null }],
])('takes %s from a task as JSON', async (_, answer, expected) => {
  expect((await run({ A: task() }, {}, () => answer)).output).toEqual(expected);
});

test.each<[string, Invoke, object]>([
  ['an error', failing(['Broken']), { error: 'Broken', cause: 'why' }],
  ['a string', () => Promise.reject('text'), { error: 'States.TaskFailed', cause: 'text' }],
  ['nothing', () => Promise.reject(), { error: 'States.TaskFailed', cause: 'undefined' }],
  [
    'an error, at once',
    () => {
      throw Object.assign(new Error('now'), { name: 'AtOnce' });
    },
    { error: 'AtOnce', cause: 'now' },
  ],
  [
    'something like an error',
    () => Promise.reject({ name: 'Alike', message: 'it is' }),
    { error: 'Alike', cause: 'it is' },
  ],
  [
    'an answer that is no JSON',
    () => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      return circle;
    },
    { error: 'TypeError' },
  ],
])('fails a task that throws %s', async (_, invoke, expected) => {
  const result = await run({ A: task() }, {}, invoke);
  expect(result).toMatchObject({ status: 'FAILED', ...expected });
  expect(typesOf(result.history).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('waits in real time unless told to skip it', async () => {
  const definition = machine({ A: { Type: 'Wait', Seconds: 1, End: true } });
  const started = Date.now();
  const { history } = await runStateMachine(definition, {}, { invoke: never });
  expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  expect((history.at(-1)?.timestamp ?? 0) - (history[0]?.timestamp ?? 0)).toBeGreaterThanOrEqual(990);
});

test('skips waits, with the times that would have been', async () => {
  const States = {
    A: { Type: 'Wait', Seconds: 86_400, Next: 'B' },
    B: { Type: 'Pass', Output: '{% $millis() %}', End: true },
  };
  const { history } = await run(States);
  const entered = history.filter(({ type }) => type.endsWith('Entered')).map(({ timestamp }) => timestamp);
  expect((entered[1] ?? 0) - (entered[0] ?? 0)).toBeGreaterThanOrEqual(86_400_000);
  expect((entered[1] ?? 0) - (entered[0] ?? 0)).toBeLessThan(86_401_000);
});

test('does not skip what a task takes', async () => {
  const slow: Invoke = () => new Promise((resolve) => setTimeout(resolve, 30, 'done'));
  const States = {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Slow', States: { Slow: task({ TimeoutSeconds: 60 }) } },
        { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 30, End: true } } },
      ],
      End: true,
    },
  };
  const { status, output } = await run(States, {}, slow);
  expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: ['done', {}] });
});

test('times the whole machine out, as AWS records it', async () => {
  const definition = machine({ Linger: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 3 });
  const { history, ...result } = await runStateMachine(definition, {}, { invoke: never, skipWaits: true });
  expect(result).toEqual({ status: 'TIMED_OUT' });
  expect(timeless(history).slice(1)).toEqual([
    expect.objectContaining({ id: 2, type: 'WaitStateEntered' }),
    {
      id: 3,
      previousEventId: 0,
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    },
  ]);
});

test.each<[string, object]>([
  ['a back-off', task({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10 }] })],
  ['a task', task({ Resource: `${LAMBDA}.waitForTaskToken` })],
])('times the whole machine out in %s', async (where, A) => {
  const invoke = where === 'a task' ? endless : failing(['Broken', 'Broken']);
  const definition = machine({ A }, { TimeoutSeconds: 1 });
  const { status, history } = await runStateMachine(definition, {}, { invoke, skipWaits: true });
  expect(status).toBe('TIMED_OUT');
  expect(typesOf(history).filter((type) => /Exited|Aborted/.test(type))).toEqual([]);
});

test('ends a workflow that runs in circles with its 25,000th event', async () => {
  const States = {
    Loop: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.spin %}', Next: 'Loop' }],
      Default: 'End',
    },
    End: { Type: 'Succeed' },
  };
  const result = await run(States, { spin: true });
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  expect(result.history.at(-1)).toMatchObject({
    id: 25_000,
    previousEventId: 24_999,
    type: 'ExecutionFailed',
  });
});
