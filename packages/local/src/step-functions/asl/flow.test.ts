import { describe, expect, test } from '@jest/globals';
import { chainOf, run, type StateTable, timeless } from './run-for-test.ts';

describe('Pass and Succeed', () => {
  test('give their Output, or their input', async () => {
    const States = (Output?: unknown) => ({
      A: { Type: 'Succeed', ...(Output !== undefined && { Output }) },
    });
    expect((await run(States(), { a: 1 })).output).toEqual({ a: 1 });
    expect((await run(States(null), { a: 1 })).output).toBeNull();
    expect((await run(States('{% $states.input.a %}'), { a: 1 })).output).toBe(1);
  });

  test('have an event for entering and one for leaving', async () => {
    const { history } = await run(
      { A: { Type: 'Pass', Assign: { x: '{% $states.input.a %}', y: 'text' }, End: true } },
      { a: 1 },
    );
    expect(timeless(history)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: { truncated: false },
          roleArn: expect.stringMatching(/^arn:aws:iam::/),
        },
      },
      {
        id: 2,
        previousEventId: 0,
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '{"a":1}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        type: 'PassStateExited',
        stateExitedEventDetails: {
          name: 'A',
          output: '{"a":1}',
          outputDetails: { truncated: false },
          assignedVariables: { x: '1', y: '"text"' },
          assignedVariablesDetails: { truncated: false },
        },
      },
      {
        id: 4,
        previousEventId: 3,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"a":1}', outputDetails: { truncated: false } },
      },
    ]);
  });

  test('refuse an output of more than 256 KiB', async () => {
    const pass = (length: number) =>
      run({ A: { Type: 'Pass', Output: `{% $pad("", ${length}, "ä") %}`, End: true } });
    expect((await pass(131_071)).status).toBe('SUCCEEDED');
    expect(await pass(131_072)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

describe('Fail', () => {
  test.each<[object, object]>([
    [{}, {}],
    [{ Error: 'E' }, { error: 'E' }],
    [{ Cause: 'c' }, { cause: 'c' }],
    [
      { Error: '{% $states.input.e %}', Cause: '{% $string($states.input) %}' },
      { error: 'X', cause: '{"e":"X"}' },
    ],
  ])('%j gives %j', async (fields, expected) => {
    const { history, ...result } = await run({ A: { Type: 'Fail', ...fields } }, { e: 'X' });
    expect(result).toEqual({ status: 'FAILED', ...expected });
    expect(timeless(history).slice(1)).toEqual([
      expect.objectContaining({ id: 2, type: 'FailStateEntered' }),
      { id: 3, previousEventId: 2, type: 'ExecutionFailed', executionFailedEventDetails: expected },
    ]);
  });

  test('needs strings', async () => {
    expect(await run({ A: { Type: 'Fail', Error: '{% 1 %}' } })).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(
        "'Error' returned an unexpected result type. Expected 'string', but was 'number' for value: 1",
      ),
    });
  });
});

describe('Choice', () => {
  const choose = (more: object = {}): StateTable => ({
    Choose: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'End', Assign: { how: 'big' }, Output: '{% "!" %}' },
        { Condition: '{% $states.input.n > 1 %}', Next: 'End', Assign: { how: 'some' } },
      ],
      ...more,
    },
    End: { Type: 'Succeed', Output: '{% [$how, $states.input] %}' },
  });

  test.each([
    [11, ['big', '!']],
    [2, ['some', { n: 2 }]],
    [0, ['default', 'default output']],
  ])('of %j takes the first rule that holds, with its own Assign and Output', async (n, expected) => {
    const Default = { Default: 'End', Assign: { how: 'default' }, Output: 'default output' };
    expect((await run(choose(Default), { n })).output).toEqual(expected);
  });

  test('takes a plain boolean for a condition', async () => {
    const States = (Condition: boolean) => ({
      C: { Type: 'Choice', Choices: [{ Condition, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Succeed', Output: 'yes' },
      No: { Type: 'Succeed', Output: 'no' },
    });
    expect((await run(States(true))).output).toBe('yes');
    expect((await run(States(false))).output).toBe('no');
  });

  test('fails where nothing matches, with no event of its own', async () => {
    const result = await run(choose(), { n: 0 });
    expect(result).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Choose' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    });
    expect(chainOf(result.history)).toEqual([
      '0 ExecutionStarted',
      '0 ChoiceStateEntered',
      '2 ExecutionFailed',
    ]);
  });

  test.each([
    ['1', 'number', '1'],
    ['"true"', 'string', '"true"'],
    ['null', 'null', 'null'],
    ['{"a":1}', 'object', '{"a":1}'],
    ['[true]', 'array', '[true]'],
  ])('fails for a condition of %s', async (expression, type, value) => {
    const States = {
      C: { Type: 'Choice', Choices: [{ Condition: `{% ${expression} %}`, Next: 'End' }] },
      End: { Type: 'Succeed' },
    };
    expect((await run(States)).cause).toContain(
      `The JSONata expression '${expression}' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was '${type}' for value: ${value}`,
    );
  });

  test('names the field of the rule that fails', async () => {
    const States = {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: false, Next: 'End' },
          { Condition: true, Output: { v: '{% $none %}' }, Next: 'End' },
        ],
      },
      End: { Type: 'Succeed' },
    };
    const { history } = await run(States);
    expect(history.at(-2)).toMatchObject({
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: { location: 'Choices[1]/Output/v', state: 'C' },
    });
  });
});

describe('Wait', () => {
  const waited = async (fields: object, input: unknown = {}) => {
    const { status, cause, history } = await run({ W: { Type: 'Wait', ...fields, End: true } }, input);
    const [entered, exited] = history.slice(1).map(({ timestamp }) => timestamp);
    return { status, cause, seconds: Math.floor(((exited ?? 0) - (entered ?? 0)) / 1000) };
  };

  test.each<[object, number]>([
    [{ Seconds: 0 }, 0],
    [{ Seconds: 90 }, 90],
    [{ Seconds: '{% $states.input.n %}' }, 7],
    [{ Seconds: 99_999_999 }, 99_999_999],
    [{ Timestamp: '2016-12-05T21:29:29Z' }, 0],
    [{ Timestamp: '{% "2016-12-05T21:29:29.123456789Z" %}' }, 0],
    [{ Timestamp: '{% $fromMillis($millis() + 60500) %}' }, 60],
    [
      {
        Timestamp:
          '{% $fromMillis($millis() + 60500, "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01]", "+0200") %}',
      },
      60,
    ],
  ])('%j takes %j seconds', async (fields, seconds) => {
    expect(await waited(fields, { n: 7 })).toMatchObject({ status: 'SUCCEEDED', seconds });
  });

  test.each([
    ['Seconds', '-1', 'Seconds must be between 0 and 99999999 but was: -1'],
    ['Seconds', '100000000', 'Seconds must be between 0 and 99999999 but was: 100000000'],
    ['Seconds', '1.5', 'The Seconds field cannot be parsed as an integer: 1.5'],
    [
      'Seconds',
      '"1"',
      "The JSONata expression '\"1\"' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"1\"",
    ],
    ...[
      '2016-12-05 21:29:29Z',
      '2016-12-05T21:29:29',
      '2016-13-05T21:29:29Z',
      '2016-12-05T25:29:29Z',
      '05-12-2016T21:29:29Z',
    ].map((time) => [
      'Timestamp',
      `"${time}"`,
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${time}`,
    ]),
  ])('refuses a %s of %s', async (field, expression, problem) => {
    const { cause } = await waited({ [field]: `{% ${expression} %}` });
    expect(cause).toBe(
      `An error occurred while executing the state 'W' (entered at the event id #2). ${problem}`,
    );
  });

  test('passes its input on, or what its Output makes of it, with the variables it assigns', async () => {
    const States = {
      A: { Type: 'Wait', Seconds: 1, Assign: { x: 1 }, Output: '{% [$states.input] %}', Next: 'B' },
      B: { Type: 'Wait', Seconds: 1, Next: 'C' },
      C: { Type: 'Succeed', Output: '{% [$x, $states.input] %}' },
    };
    expect((await run(States, 'in')).output).toEqual([1, 'in']);
  });
});
