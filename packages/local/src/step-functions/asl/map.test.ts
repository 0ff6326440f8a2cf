import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Invoke } from '../run-state-machine.ts';
import { chainOf, endless, failing, LAMBDA, run, type StateTable, typesOf } from './run-for-test.ts';

const processor = (States: StateTable) => ({ StartAt: Object.keys(States)[0], States });
const pass = processor({ I: { Type: 'Pass', End: true } });
const map = (more: object) => ({ M: { Type: 'Map', ItemProcessor: pass, End: true, ...more } });
const work = processor({ Work: { Type: 'Task', Resource: LAMBDA, End: true } });

test.each<[string, object, unknown, unknown]>([
  ['an expression', { Items: '{% $states.input.items %}' }, { items: [1, 'two'] }, [1, 'two']],
  ['a literal with expressions', { Items: [1, '{% $states.input %}'] }, 2, [1, 2]],
  ['the input', {}, [1, null], [1, null]],
  ['nothing', { Items: [] }, {}, []],
  ['an Iterator', { ItemProcessor: undefined, Iterator: pass, Items: [1] }, {}, [1]],
])('goes over %s', async (_, more, input, expected) => {
  expect((await run(map(more), input)).output).toEqual(expected);
});

test('selects each item’s input', async () => {
  const ItemSelector = {
    at: '{% $states.context.Map.Item.Index %}',
    it: '{% $states.context.Map.Item.Value %}',
    from: '{% $states.context.Map.Item.Source %}',
    all: '{% $count($states.input) %}',
  };
  expect((await run(map({ ItemSelector }), ['a', 'b'])).output).toEqual([
    { at: 0, it: 'a', from: 'STATE_DATA', all: 2 },
    { at: 1, it: 'b', from: 'STATE_DATA', all: 2 },
  ]);
});

test.each<[string, unknown]>([
  ['object', { foo: 'bar' }],
  ['number', 1],
  ['string', 'string'],
  ['boolean', true],
  ['null', null],
])('refuses items that are of type %s, as AWS records it', async (type, value) => {
  const Start = { Type: 'Pass', Output: '{% $states.input.items %}', Next: 'M' };
  const text = JSON.stringify(value);
  const byInput = await run({ Start, ...map({}) }, { items: value });
  const opening = "An error occurred while executing the state 'M' (entered at the event id #4). ";
  expect(byInput.cause).toBe(`${opening}Map state input must be an array but was: ${text}`);
  expect(byInput.history[4]).not.toHaveProperty('evaluationFailedEventDetails.location');
  const byField = await run({ Start, ...map({ Items: '{% $states.input %}' }) }, { items: value });
  expect(byField.cause).toBe(
    `${opening}The JSONata expression '$states.input' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${type}' for value: ${text}`,
  );
  for (const { history } of [byInput, byField])
    expect(chainOf(history).slice(3)).toEqual([
      '3 MapStateEntered',
      '3 EvaluationFailed',
      '5 MapStateFailed',
      '6 ExecutionFailed',
    ]);
});

test('records items that are not there before it starts', async () => {
  expect(chainOf((await run(map({ Items: '{% $states.input.none %}' }))).history).slice(1)).toEqual([
    '0 MapStateEntered',
    '2 EvaluationFailed',
    '3 MapStateFailed',
    '4 ExecutionFailed',
  ]);
});

describe('the history', () => {
  test('of no items', async () => {
    const { history } = await run(map({ Items: [] }));
    expect(chainOf(history)).toEqual([
      '0 ExecutionStarted',
      '0 MapStateEntered',
      '2 MapStateStarted',
      '3 MapStateSucceeded',
      '3 MapStateExited',
      '5 ExecutionSucceeded',
    ]);
    expect(history[2]).toMatchObject({ mapStateStartedEventDetails: { length: 0 } });
  });

  test('of one item after another: each follows from the last state of the one before', async () => {
    const { history } = await run(map({ Items: [1, 'two', 3], MaxConcurrency: 1 }));
    expect(chainOf(history).slice(2)).toEqual([
      '2 MapStateStarted',
      '3 MapIterationStarted',
      '4 PassStateEntered',
      '5 PassStateExited',
      '6 MapIterationSucceeded',
      '6 MapIterationStarted',
      '8 PassStateEntered',
      '9 PassStateExited',
      '10 MapIterationSucceeded',
      '10 MapIterationStarted',
      '12 PassStateEntered',
      '13 PassStateExited',
      '14 MapIterationSucceeded',
      '15 MapStateSucceeded',
      '15 MapStateExited',
      '17 ExecutionSucceeded',
    ]);
    expect(history[9]).toMatchObject({ type: 'PassStateExited' });
    expect(history[7]).toMatchObject({ mapIterationStartedEventDetails: { name: 'M', index: 1 } });
  });

  test('of many at once: each follows from the map’s start', async () => {
    const { history } = await run(map({ Items: [1, 2, 3] }));
    const started = history.filter(({ type }) => type === 'MapIterationStarted');
    expect(started.map(({ previousEventId }) => previousEventId)).toEqual([3, 3, 3]);
  });

  test('of an iteration that fails', async () => {
    const ItemProcessor = processor({ I: { Type: 'Pass', Output: '{% $states.input.none %}', End: true } });
    const { history } = await run(map({ Items: [1, 2], MaxConcurrency: 1, ItemProcessor }));
    expect(chainOf(history).slice(2)).toEqual([
      '2 MapStateStarted',
      '3 MapIterationStarted',
      '4 PassStateEntered',
      '5 EvaluationFailed',
      '6 MapIterationFailed',
      '6 MapStateFailed',
      '8 ExecutionFailed',
    ]);
  });

  const route = processor({
    Route: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input = "fail" %}', Next: 'Pause' }],
      Default: 'Long',
    },
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Boom' },
    Boom: { Type: 'Fail', Error: 'Boom' },
    Long: { Type: 'Task', Resource: LAMBDA, End: true },
  });
  test.each([
    [
      ['long', 'fail'],
      ['MapIterationAborted', 'TaskStateAborted', 'MapIterationFailed'],
    ],
    [
      ['fail', 'long'],
      ['MapIterationFailed', 'MapIterationAborted', 'TaskStateAborted'],
    ],
  ])('of %j tells of the iterations in their order', async (Items, expected) => {
    const { history } = await run(map({ Items, ItemProcessor: route }), {}, endless);
    const at = history.find(({ type }) => type === 'FailStateEntered')?.id ?? 0;
    expect(chainOf(history).slice(at)).toEqual([
      ...expected.map((type) => `${at} ${type}`),
      `${at} MapStateFailed`,
      `${at + 4} ExecutionFailed`,
    ]);
  });

  test('of iterations that time out: the first fails the map, the others are cut', async () => {
    const ItemProcessor = processor({
      Work: { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 1, End: true },
    });
    const { history } = await run(map({ Items: [1, 2], ItemProcessor }), {}, endless);
    const types = typesOf(history);
    expect(types.slice(types.indexOf('MapIterationFailed'))).toEqual([
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('of an item that cannot be selected has no iteration for it', async () => {
    const ItemSelector = { v: '{% $states.context.Map.Item.Value.v %}' };
    const { history, cause } = await run(map({ Items: [{ v: 1 }, {}], ItemSelector, MaxConcurrency: 1 }));
    expect(typesOf(history).slice(-4)).toEqual([
      'MapIterationSucceeded',
      'EvaluationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect(cause).toContain("executing the state 'M' (entered at the event id #2)");
    expect(cause).toContain("the field 'ItemSelector/v'");
  });
});

describe('failures', () => {
  const check = processor({
    Check: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input = 0 %}', Next: 'Nowhere' },
        { Condition: '{% $states.input % 2 = 0 %}', Next: 'Bad' },
      ],
      Default: 'Good',
    },
    Nowhere: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Good' }] },
    Bad: { Type: 'Fail', Error: 'Even', Cause: 'why' },
    Good: { Type: 'Pass', End: true },
  });
  const over = (Items: readonly number[], more: object = {}) =>
    run(map({ Items, ItemProcessor: check, ...more }));
  const exceeded = {
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  };

  test('end the map with the iteration’s error', async () => {
    expect(await over([1, 2, 3, 4])).toMatchObject({ status: 'FAILED', error: 'Even', cause: 'why' });
  });

  test.each<[object, boolean]>([
    [{ ToleratedFailureCount: 2 }, true],
    [{ ToleratedFailureCount: 1 }, false],
    [{ ToleratedFailureCount: 0 }, false],
    [{ ToleratedFailureCount: '{% $count([1, 2]) %}' }, true],
    [{ ToleratedFailurePercentage: 50 }, true],
    [{ ToleratedFailurePercentage: 49.9 }, false],
    [{ ToleratedFailureCount: 4, ToleratedFailurePercentage: 10 }, false],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, false],
  ])('are tolerated up to %j: %s', async (more, tolerated) => {
    expect(await over([1, 2, 3, 4], more)).toMatchObject(tolerated ? { output: [1, 3] } : exceeded);
  });

  test.each([
    ['ToleratedFailureCount', '-1', 'ToleratedFailureCount must be between 0 and 99999999 but was: -1'],
    [
      'ToleratedFailurePercentage',
      '101',
      'ToleratedFailurePercentage must be between 0 and 100 but was: 101',
    ],
    ['MaxConcurrency', '-1', 'MaxConcurrency must be between 0 and 99999999 but was: -1'],
  ])('are no failures where %s is %s', async (field, expression, problem) => {
    expect((await over([1], { [field]: `{% ${expression} %}` })).cause).toContain(problem);
  });

  test('that nothing can catch end the map without events, and count like others where some are tolerated', async () => {
    const fatal = await over([0], { MaxConcurrency: 1 });
    expect(fatal.error).toBe('States.Runtime');
    expect(typesOf(fatal.history).filter((type) => type.endsWith('Failed'))).toEqual(['ExecutionFailed']);
    const counted = await over([0], { ToleratedFailureCount: 0 });
    expect(counted).toMatchObject(exceeded);
    expect(typesOf(counted.history).filter((type) => type.endsWith('Failed'))).toEqual([
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect((await over([0, 1], { ToleratedFailureCount: 1 })).output).toEqual([1]);
  });

  test('begin the whole map again where it is retried, and can be caught', async () => {
    const States = map({
      Items: [1, 2],
      MaxConcurrency: 1,
      ItemProcessor: work,
      Retry: [{ ErrorEquals: ['A'] }],
      Catch: [{ ErrorEquals: ['B'], Next: 'End' }],
    });
    const End = { Type: 'Succeed' };
    expect((await run({ ...States, End }, {}, failing(['A'], 'ok'))).output).toEqual(['ok', 'ok']);
    const caught = await run({ ...States, End }, {}, failing(['A', 'B']));
    expect(caught.output).toEqual({ Error: 'B', Cause: 'why' });
    expect(typesOf(caught.history).filter((type) => type === 'MapStateStarted')).toHaveLength(2);
  });
});

/** Counts how many tasks are under way at once. */
const counting = (delay: (n: number) => number) => {
  let running = 0;
  const seen = { most: 0 };
  const invoke: Invoke = async (_, given) => {
    seen.most = Math.max(seen.most, ++running);
    for (let turn = 0; turn < delay(Number(given)); turn++)
      await new Promise((resolve) => setImmediate(resolve));
    running--;
    return given;
  };
  return { seen, invoke };
};

test.each([
  [0, 100, 40],
  [100, 100, 40],
  [undefined, 100, 40],
  [7, 100, 7],
])('with MaxConcurrency %j runs, of %j items, %j at once', async (MaxConcurrency, count, expected) => {
  const { seen, invoke } = counting(() => 1);
  const Items = Array.from({ length: count }, (_, n) => n);
  await run(
    map({ Items, ItemProcessor: work, ...(MaxConcurrency !== undefined && { MaxConcurrency }) }),
    {},
    invoke,
  );
  expect(seen.most).toBe(expected);
});

test('keeps order and bounds for any items, pace and concurrency', async () => {
  const items = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(items, fc.integer({ min: 1, max: 12 }), async (Items, MaxConcurrency) => {
      const { seen, invoke } = counting((n) => n + 1);
      const { output, history } = await run(map({ Items, MaxConcurrency, ItemProcessor: work }), {}, invoke);
      expect(output).toEqual(Items);
      expect(seen.most).toBe(Math.min(MaxConcurrency, Items.length));
      expect(history.map(({ id }) => id)).toEqual(history.map((_, at) => at + 1));
      expect(history.every(({ id, previousEventId }) => previousEventId < id)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('maps inside maps know their own item', async () => {
  const inner = processor({
    In: { Type: 'Pass', Output: '{% $states.context.Map.Item.Value %}', End: true },
  });
  const outer = processor({ Out: { Type: 'Map', ItemProcessor: inner, End: true } });
  expect((await run(map({ Items: [[1, 2], [3]], ItemProcessor: outer }))).output).toEqual([[1, 2], [3]]);
});
