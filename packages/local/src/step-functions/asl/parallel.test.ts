import { describe, expect, test } from '@jest/globals';
import { chainOf, failing, LAMBDA, run, type StateTable, typesOf } from './run-for-test.ts';

const branch = (States: StateTable) => ({ StartAt: Object.keys(States)[0], States });
const parallel = (Branches: readonly object[], more: object = {}) => ({
  P: { Type: 'Parallel', Branches, End: true, ...more },
});
const boom = branch({ Boom: { Type: 'Fail', Error: 'MyError', Cause: 'my cause' } });
const send = branch({ Send: { Type: 'Task', Resource: LAMBDA, End: true } });
const Handled = { Type: 'Pass', End: true };
const all = (more: object = {}) => [{ ErrorEquals: ['States.ALL'], Next: 'Handled', ...more }];

test('gives the branches’ outputs in their order, whichever ends first', async () => {
  const slow = branch({ Slow: { Type: 'Wait', Seconds: 5, Output: 'slow', End: true } });
  const fast = branch({ Fast: { Type: 'Pass', Output: '{% $states.input.a %}', End: true } });
  const { output } = await run(parallel([slow, fast]), { a: 'fast' });
  expect(output).toEqual(['slow', 'fast']);
});

test('hands its Arguments to each branch, and its results to Assign and Output', async () => {
  const branches = ['A', 'B'].map((name) =>
    branch({ [name]: { Type: 'Pass', Output: `{% $states.input.n & "${name}" %}`, End: true } }),
  );
  const more = {
    Arguments: { n: '{% $states.input + 1 %}' },
    Assign: { count: '{% $count($states.result) %}' },
    Output: '{% $join($states.result) %}',
    Next: 'End',
    End: undefined,
  };
  const End = { Type: 'Succeed', Output: '{% [$states.input, $count] %}' };
  expect((await run({ ...parallel(branches, more), End }, 1)).output).toEqual(['2A2B', 2]);
});

describe('the history', () => {
  test('has a chain for each branch', async () => {
    const two = (name: string) =>
      branch({
        [`${name}1`]: { Type: 'Pass', Next: `${name}2` },
        [`${name}2`]: { Type: 'Pass', End: true },
      });
    const { history } = await run({
      ...parallel([two('A'), two('B')], { Next: 'After', End: undefined }),
      After: Handled,
    });
    expect(typesOf(history).slice(11)).toEqual([
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    const named = (name: string) =>
      history.filter(({ stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) =>
        [entered, exited].some((details) => (details as { name?: string })?.name === name),
      );
    for (const name of ['A', 'B']) {
      const chain = [...named(`${name}1`), ...named(`${name}2`)];
      expect(chain.map(({ previousEventId }) => previousEventId)).toEqual([
        3,
        ...chain.slice(0, 3).map(({ id }) => id),
      ]);
    }
    expect(history.slice(11, 13).map(({ previousEventId }) => previousEventId)).toEqual([11, 11]);
  });

  test('of a branch that fails', async () => {
    expect(chainOf((await run(parallel([boom]))).history)).toEqual([
      '0 ExecutionStarted',
      '0 ParallelStateEntered',
      '2 ParallelStateStarted',
      '3 FailStateEntered',
      '4 ParallelStateFailed',
      '5 ExecutionFailed',
    ]);
  });

  test('of a branch whose task fails, retried and caught', async () => {
    const Retry = [{ ErrorEquals: ['Again'] }];
    const States = { ...parallel([send], { Retry, Catch: all() }), Handled };
    expect(chainOf((await run(States, {}, failing(['Again', 'Final']))).history)).toEqual([
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

  test('of what nothing can catch has no event of the Parallel', async () => {
    const none = branch({
      C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'X' }] },
      X: { Type: 'Succeed' },
    });
    const result = await run({ ...parallel([none], { Catch: all() }), Handled });
    expect(result.error).toBe('States.Runtime');
    expect(chainOf(result.history).slice(2)).toEqual([
      '2 ParallelStateStarted',
      '3 ChoiceStateEntered',
      '4 ExecutionFailed',
    ]);
  });

  test('of a catcher that fails itself follows from before the first failure', async () => {
    const States = { ...parallel([boom], { Catch: all({ Output: '{% $none %}' }) }), Handled };
    expect(chainOf((await run(States)).history).slice(2)).toEqual([
      '2 ParallelStateStarted',
      '3 FailStateEntered',
      '4 ParallelStateFailed',
      '4 EvaluationFailed',
      '6 ParallelStateFailed',
      '7 ExecutionFailed',
    ]);
  });

  test('of the Parallel’s own failure follows from its branches’ success', async () => {
    const ok = branch({ Ok: { Type: 'Pass', End: true } });
    const { history, cause } = await run(parallel([ok], { Output: '{% $none %}' }));
    expect(chainOf(history).slice(2)).toEqual([
      '2 ParallelStateStarted',
      '3 PassStateEntered',
      '4 PassStateExited',
      '5 ParallelStateSucceeded',
      '5 EvaluationFailed',
      '7 ParallelStateFailed',
      '8 ExecutionFailed',
    ]);
    expect(cause).toContain("executing the state 'P' (entered at the event id #2)");
  });
});

describe('a failure', () => {
  const pause = branch({
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Bang' },
    Bang: { Type: 'Fail', Error: 'Bang' },
  });
  const long = branch({ Long: { Type: 'Wait', Seconds: 20, End: true } });
  const done = branch({ Done: { Type: 'Pass', End: true } });

  test.each([
    ['first', [pause, long, done]],
    ['last', [done, long, pause]],
  ])('of the %s branch cuts the others where they are', async (_, branches) => {
    const { history, error } = await run(parallel(branches));
    expect(error).toBe('Bang');
    const at = history.find(({ type }) => type === 'FailStateEntered')?.id;
    expect(chainOf(history).slice(-3)).toEqual([
      `${at} WaitStateAborted`,
      `${at} ParallelStateFailed`,
      `${history.length - 1} ExecutionFailed`,
    ]);
    expect(typesOf(history).filter((type) => type.endsWith('Aborted'))).toHaveLength(1);
  });

  test('is caught with its error and cause, and what the others do later is not heard of', async () => {
    let finish: (answer: unknown) => void = () => undefined;
    const slow = () => new Promise((resolve) => (finish = resolve));
    const { output, history } = await run({ ...parallel([send, boom], { Catch: all() }), Handled }, {}, slow);
    expect(output).toEqual({ Error: 'MyError', Cause: 'my cause' });
    const { length } = history;
    finish({});
    await new Promise((resolve) => setImmediate(resolve));
    expect(history).toHaveLength(length);
  });

  test('of a Fail without error and cause is caught with empty ones', async () => {
    const bare = branch({ Bare: { Type: 'Fail' } });
    expect((await run({ ...parallel([bare], { Catch: all() }), Handled })).output).toEqual({
      Error: '',
      Cause: '',
    });
  });

  test('inside a nested Parallel comes out of both', async () => {
    const nested = branch({ Inner: { Type: 'Parallel', Branches: [boom], End: true } });
    const result = await run(parallel([nested]));
    expect(result).toMatchObject({ error: 'MyError', cause: 'my cause' });
    expect(typesOf(result.history).filter((type) => type === 'ParallelStateFailed')).toHaveLength(2);
  });
});
