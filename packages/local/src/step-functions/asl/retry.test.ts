import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Retrier } from './definition.ts';
import { failing, LAMBDA, run, typesOf } from './run-for-test.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const task = (more: object) => ({
  Work: { Type: 'Task', Resource: LAMBDA, End: true, ...more },
});

/** The pauses before each attempt but the first, in whole seconds. */
const pauses = async (Retry: readonly Retrier[], failures: readonly string[]) => {
  const result = await run(task({ Retry }), {}, failing(failures));
  const times = (type: string) =>
    result.history.filter((event) => event.type === type).map(({ timestamp }) => timestamp);
  const failed = times('TaskFailed');
  const scheduled = times('TaskScheduled').slice(1);
  return { ...result, pauses: scheduled.map((time, at) => Math.round((time - (failed[at] ?? 0)) / 1000)) };
};
const all = (count: number, name = 'A') => Array<string>(count).fill(name);

describe('the schedule', () => {
  test.each<[Partial<Retrier>, number, readonly number[]]>([
    [{}, 4, [1, 2, 4]],
    [{ MaxAttempts: 0 }, 4, []],
    [{ MaxAttempts: 1 }, 4, [1]],
    [{ IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 4 }, 9, [3, 5, 7, 10]],
    [{ BackoffRate: 1, MaxAttempts: 5 }, 9, [1, 1, 1, 1, 1]],
    [{ IntervalSeconds: 2, MaxDelaySeconds: 5, MaxAttempts: 5 }, 9, [2, 4, 5, 5, 5]],
    [{ IntervalSeconds: 86_400, MaxAttempts: 2 }, 9, [86_400, 172_800]],
    [{ JitterStrategy: 'NONE' }, 2, [1, 2]],
  ])('of %j after %j failures', async (retrier, failures, expected) => {
    const { pauses: given } = await pauses([{ ErrorEquals: ['A'], ...retrier }], all(failures));
    expect(given).toEqual(expected);
  });

  test('with full jitter is a random part of the pause, after its cap', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const retrier = {
      ErrorEquals: ['A'],
      IntervalSeconds: 10,
      MaxDelaySeconds: 16,
      JitterStrategy: 'FULL',
    } as const;
    expect((await pauses([retrier], all(3))).pauses).toEqual([5, 8, 8]);
  });

  test('holds for any interval, rate, cap and count', async () => {
    const retriers = fc.record(
      {
        IntervalSeconds: fc.integer({ min: 1, max: 1000 }),
        BackoffRate: fc.double({ min: 1, max: 4, noNaN: true }),
        MaxAttempts: fc.integer({ min: 0, max: 6 }),
        MaxDelaySeconds: fc.integer({ min: 1, max: 5000 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(retriers, fc.integer({ min: 0, max: 8 }), async (retrier, failures) => {
        const { pauses: given, status } = await pauses([{ ErrorEquals: ['A'], ...retrier }], all(failures));
        const { IntervalSeconds = 1, BackoffRate = 2, MaxAttempts = 3, MaxDelaySeconds = Infinity } = retrier;
        expect(given).toHaveLength(Math.min(failures, MaxAttempts));
        expect(status).toBe(failures <= MaxAttempts ? 'SUCCEEDED' : 'FAILED');
        for (const [at, pause] of given.entries()) {
          const exact = Math.min(IntervalSeconds * BackoffRate ** at, MaxDelaySeconds);
          expect(Math.abs(pause - exact)).toBeLessThanOrEqual(0.6);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the counts', () => {
  test('belong to each retrier', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 2, IntervalSeconds: 10 },
      { ErrorEquals: ['B', 'C'], MaxAttempts: 2, IntervalSeconds: 100 },
    ];
    expect((await pauses(Retry, ['A', 'B', 'A', 'C'])).pauses).toEqual([10, 100, 20, 200]);
    expect((await pauses(Retry, ['A', 'B', 'A', 'C', 'A'])).error).toBe('A');
  });

  test('the first retrier that names the error decides, even used up', async () => {
    const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    expect((await pauses(Retry, ['A'])).pauses).toEqual([]);
    expect((await pauses(Retry, ['B'])).pauses).toEqual([1]);
  });

  test('begin anew each time the state is entered', async () => {
    const States = {
      Work: {
        Type: 'Task',
        Resource: LAMBDA,
        Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
        Output: '{% $n %}',
        Next: 'More',
      },
      More: { Type: 'Choice', Choices: [{ Condition: '{% $n = 2 %}', Next: 'End' }], Default: 'Again' },
      Again: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Work' },
      End: { Type: 'Succeed' },
    };
    const Start = { Type: 'Pass', Assign: { n: 1 }, Next: 'Work' };
    let calls = 0;
    const { status } = await run({ Start, ...States }, {}, async () => {
      if (calls++ % 2 === 0) throw Object.assign(new Error('why'), { name: 'A' });
    });
    expect({ status, calls }).toEqual({ status: 'SUCCEEDED', calls: 4 });
  });

  test('are seen in the context object', async () => {
    const seen: unknown[] = [];
    const Arguments = { retry: '{% $states.context.State.RetryCount %}' };
    const answer = failing(['A', 'B', 'A']);
    const Retry = [{ ErrorEquals: ['A'] }, { ErrorEquals: ['B'] }];
    await run(task({ Arguments, Retry }), {}, (resource, given) => {
      seen.push((given as { retry: number }).retry);
      return answer(resource, given);
    });
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

test.each([
  ['A', 'A', true],
  ['A', 'a', false],
  ['A', 'States.ALL', true],
  ['A', 'States.TaskFailed', true],
  ['Lambda.Unknown', 'States.TaskFailed', true],
  ['States.Timeout', 'States.TaskFailed', false],
  ['States.Timeout', 'States.ALL', true],
  ['States.Permissions', 'States.Permissions', true],
  ['States.Permissions', 'States.TaskFailed', true],
  ['States.Runtime', 'States.Runtime', false],
  ['States.Runtime', 'States.ALL', false],
  ['States.Runtime', 'States.TaskFailed', false],
  ['States.TaskFailed', 'States.TaskFailed', true],
  ['States.HeartbeatTimeout', 'States.HeartbeatTimeout', true],
])('%s is matched by %s: %s', async (error, pattern, matches) => {
  const Catch = [{ ErrorEquals: [pattern], Output: 'caught', Next: 'End' }];
  const caught = await run({ ...task({ Catch }), End: { Type: 'Succeed' } }, {}, failing([error]));
  expect(caught.output).toBe(matches ? 'caught' : undefined);
  const retried = await run(task({ Retry: [{ ErrorEquals: [pattern] }] }), {}, failing([error]));
  expect(retried.status).toBe(matches ? 'SUCCEEDED' : 'FAILED');
});

describe('Catch', () => {
  const Caught = { Type: 'Succeed', Output: '{% [$states.input, $exists($e) ? $e : "none"] %}' };

  test('comes after all retries, and gives the error and its cause', async () => {
    const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 1 }];
    const Catch = [
      { ErrorEquals: ['B'], Next: 'Other' },
      { ErrorEquals: ['A'], Next: 'Caught' },
    ];
    const States = { ...task({ Retry, Catch }), Caught, Other: { Type: 'Fail' } };
    const { output, history } = await run(States, {}, failing(['A', 'A']));
    expect(output).toEqual([{ Error: 'A', Cause: 'why' }, 'none']);
    expect(typesOf(history).slice(1, 9)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskStateExited',
    ]);
  });

  test('has an Assign and an Output of its own, which see input and error', async () => {
    const Catch = [
      {
        ErrorEquals: ['States.ALL'],
        Assign: { e: '{% $states.errorOutput.Error %}' },
        Output: '{% $merge([$states.input, $states.errorOutput]) %}',
        Next: 'Caught',
      },
    ];
    const States = { ...task({ Catch, Assign: { e: 'not this' }, Output: 'nor this' }), Caught };
    const { output } = await run(States, { a: 1 }, failing(['A']));
    expect(output).toEqual([{ a: 1, Error: 'A', Cause: 'why' }, 'A']);
  });

  test('takes what the state’s own expressions do wrong', async () => {
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }];
    const States = { ...task({ Output: '{% $states.result.none %}', Catch }), Caught };
    const { output } = await run(States, {}, () => ({}));
    expect(output).toEqual([
      {
        Error: 'States.QueryEvaluationError',
        Cause:
          "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression '$states.result.none' specified for the field 'Output' returned nothing (undefined).",
      },
      'none',
    ]);
  });

  test('does not take its own mistakes', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $none %}', Next: 'Caught' }];
    const { error, cause } = await run({ ...task({ Catch }), Caught }, {}, failing(['A']));
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain("the field 'Catch[0]/Output'");
  });
});
