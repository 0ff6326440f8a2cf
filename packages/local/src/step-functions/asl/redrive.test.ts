import { expect, test } from '@jest/globals';
import { execution, type Work } from './logged-for-test.ts';
import { redrive } from './redrive.ts';
import { chainOf, endless, failure, LAMBDA, type StateTable, typesOf } from './run-for-test.ts';

const broken: Work = () => {
  throw failure('Broken');
};
const task = (more: object = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });
const branch = (States: StateTable) => ({ StartAt: Object.keys(States)[0], States });

test('goes on from the state that failed, with what was there when it was entered', async () => {
  const States = {
    A: { ...task({ Assign: { x: '{% $states.result %}' }, Next: 'B' }), End: undefined },
    B: task({ Output: '{% [$x, $states.input, $states.result] %}' }),
  };
  const { start, redrive: again, history } = execution(States, 'in');
  const calls: unknown[] = [];
  let working = true;
  const work: Work = (input) => {
    calls.push(input);
    if (calls.length === 1) return 'first';
    if (working) throw failure('Broken');
    return 'last';
  };
  expect(await start(work)).toMatchObject({ status: 'FAILED', error: 'Broken' });
  const before = history().length;
  working = false;
  expect(await again(work)).toEqual({ status: 'SUCCEEDED', output: ['first', 'first', 'last'] });
  expect(calls).toEqual(['in', 'first', 'first']);
  expect(chainOf(history().slice(before))).toEqual([
    `${before} ExecutionRedriven`,
    `${before + 1} TaskScheduled`,
    `${before + 2} TaskStarted`,
    `${before + 3} TaskSucceeded`,
    `${before + 4} TaskStateExited`,
    `${before + 5} ExecutionSucceeded`,
  ]);
  expect(history()[before]).toMatchObject({
    id: before + 1,
    executionRedrivenEventDetails: { redriveCount: 1 },
  });
  expect(history().map(({ id }) => id)).toEqual(history().map((_, at) => at + 1));
});

test('has all its retries again, and is counted in the context object', async () => {
  const Arguments = '{% [$states.context.State.RetryCount, $states.context.Execution.RedriveCount] %}';
  const { start, redrive: again } = execution({
    A: task({ Arguments, Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }] }),
  });
  const calls: unknown[] = [];
  const work: Work = (input) => {
    calls.push(input);
    throw failure('Broken');
  };
  await start(work);
  await again(work);
  await again(work);
  expect(calls).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 2],
    [1, 2],
  ]);
});

test('tells when it was redriven', async () => {
  const Output =
    '{% [$states.context.Execution.RedriveTime > $states.context.Execution.StartTime, $states.result] %}';
  const { start, redrive: again } = execution({
    W: { Type: 'Wait', Seconds: 1, Next: 'A' },
    A: task({ Output }),
  });
  await start(broken);
  expect(await again(() => 'ok')).toEqual({ status: 'SUCCEEDED', output: [true, 'ok'] });
});

const three = (more: object = {}) => ({
  P: {
    Type: 'Parallel',
    Branches: ['A', 'B', 'C'].map((name) => branch({ [name]: task({ Arguments: name }) })),
    End: true,
    ...more,
  },
});

test('repeats only the branches of a Parallel that failed or were cut', async () => {
  const { start, redrive: again, history } = execution(three());
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await start(async (name) => {
    if (name === 'A') return 'done';
    if (name === 'C') return endless('', '');
    await turn();
    throw failure('Broken');
  });
  const before = history().length;
  const calls: unknown[] = [];
  const outcome = await again((name) => {
    calls.push(name);
    return `again ${name}`;
  });
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: ['done', 'again B', 'again C'] });
  expect(calls).toEqual(['B', 'C']);
  expect(typesOf(history().slice(before)).filter((type) => type.startsWith('Parallel'))).toEqual([
    'ParallelStateSucceeded',
    'ParallelStateExited',
  ]);
});

test('repeats all of a Parallel whose results were too large', async () => {
  const { start, redrive: again } = execution(three());
  const big = 'x'.repeat(100_000);
  expect(await start(() => big)).toMatchObject({ error: 'States.DataLimitExceeded' });
  expect(await again((name) => name)).toEqual({ status: 'SUCCEEDED', output: ['A', 'B', 'C'] });
});

test.each([
  ['fails', { MaxConcurrency: 1 }, [1, 2, 3]],
  ['tolerates too many failures', { ToleratedFailureCount: 1, MaxConcurrency: 1 }, [2, 3, 4]],
])('repeats only the iterations of a map that %s', async (_, more, failed) => {
  const ItemProcessor = branch({ I: task() });
  const { start, redrive: again } = execution({
    M: { Type: 'Map', Items: [1, 2, 3, 4], ItemProcessor, ...more, End: true },
  });
  await start((item) => {
    if (failed.includes(Number(item))) throw failure('Broken');
    return item;
  });
  const calls: unknown[] = [];
  const outcome = await again((item) => {
    calls.push(item);
    return Number(item) * 10;
  });
  const expected = failed.includes(1) ? [10, 20, 30, 40] : [1, 20, 30, 40];
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: expected });
  expect(calls).toEqual(expected.filter((n) => n >= 10).map((n) => n / 10));
});

test('goes on with an execution that ran out of time, with all of it', async () => {
  const States = { W: { Type: 'Wait', Seconds: 2, Next: 'A' }, A: task() };
  const { start, redrive: again, history } = execution(States, 'in', { TimeoutSeconds: 3 });
  const hang: Work = () => endless('', '');
  expect(await start(hang)).toEqual({ status: 'TIMED_OUT' });
  expect(await again(hang)).toEqual({ status: 'TIMED_OUT' });
  expect(await again((input) => input)).toEqual({ status: 'SUCCEEDED', output: 'in' });
  expect(typesOf(history()).filter((type) => type === 'WaitStateEntered')).toHaveLength(1);
}, 60_000);

test('asks for a callback under a new token', async () => {
  const Arguments = '{% $states.context.Task.Token %}';
  const { start, redrive: again } = execution({
    A: task({ Resource: `${LAMBDA}.waitForTaskToken`, Arguments }),
  });
  const tokens: unknown[] = [];
  const work = (token: unknown) => {
    tokens.push(token);
    if (tokens.length === 1) throw failure('Declined');
    return 'ok';
  };
  await start(work);
  expect(await again(work)).toMatchObject({ status: 'SUCCEEDED' });
  expect(new Set(tokens).size).toBe(2);
});

test('a Fail fails again, a Choice looks again', async () => {
  const States = {
    C: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.context.Execution.RedriveCount > 1 %}', Next: 'Ok' }],
      Default: 'F',
    },
    F: { Type: 'Fail', Error: 'No' },
    Ok: { Type: 'Succeed' },
  };
  const { start, redrive: again } = execution(States);
  await start(broken);
  expect(await again(broken)).toEqual({ status: 'FAILED', error: 'No' });
  expect(await again(broken)).toEqual({ status: 'FAILED', error: 'No' });
  const { C, Ok } = States;
  const choice = execution({ C: { ...C, Default: undefined }, Ok });
  expect(await choice.start(broken)).toMatchObject({ error: 'States.Runtime' });
  await choice.redrive(broken);
  expect(await choice.redrive(broken)).toMatchObject({ status: 'SUCCEEDED' });
});

test('needs a history', () => {
  expect(() => redrive([], { count: 1, now: 0 })).toThrow(
    'An execution that has no history cannot be redriven',
  );
});
