import { expect, test } from '@jest/globals';
import { LAMBDA, run, type StateTable } from './run-for-test.ts';

test('a state sees the values from before it, in Assign and in Output', async () => {
  const result = await run(
    {
      First: { Type: 'Pass', Assign: { x: '{% $states.input.n %}', y: 2 }, Next: 'Second' },
      Second: {
        Type: 'Pass',
        Assign: { x: '{% $y %}', y: '{% $x %}' },
        Output: { x: '{% $x %}' },
        Next: 'Third',
      },
      Third: { Type: 'Succeed', Output: { before: '{% $states.input %}', x: '{% $x %}', y: '{% $y %}' } },
    },
    { n: 1 },
  );
  expect(result.output).toEqual({ before: { x: 1 }, x: 2, y: 1 });
});

test('a variable that a failed state would have assigned keeps its value', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Z' }];
  const States = {
    A: { Type: 'Pass', Assign: { x: 'old' }, Next: 'B' },
    B: { Type: 'Task', Resource: LAMBDA, Assign: { x: 'new' }, Output: '{% $none %}', Catch, Next: 'Z' },
    Z: { Type: 'Succeed', Output: '{% $x %}' },
  };
  expect((await run(States, {}, () => ({}))).output).toBe('old');
});

const inBranch = (state: StateTable) => ({ StartAt: Object.keys(state)[0], States: state });

test('inner states read outer variables, and what they assign is gone with them', async () => {
  const Branches = [1, 2].map((n) =>
    inBranch({
      [`Set${n}`]: { Type: 'Pass', Assign: { own: `{% $outer + ${n} %}` }, Next: `Get${n}` },
      [`Get${n}`]: { Type: 'Pass', Output: '{% [$outer, $own, $exists($after)] %}', End: true },
    }),
  );
  const { output } = await run({
    A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'P' },
    P: { Type: 'Parallel', Branches, Assign: { after: '{% $states.result[0][1] %}' }, Next: 'Z' },
    Z: { Type: 'Succeed', Output: '{% [$states.input, $after, $exists($own)] %}' },
  });
  expect(output).toEqual([[10, 11, false], [10, 12, false], 11, false]);
});

test('iterations have variables of their own', async () => {
  const ItemProcessor = inBranch({
    I: { Type: 'Choice', Choices: [{ Condition: '{% $exists($seen) %}', Next: 'Bad' }], Default: 'Note' },
    Note: { Type: 'Pass', Assign: { seen: true }, Output: '{% $outer & $states.input %}', End: true },
    Bad: { Type: 'Fail' },
  });
  const { output } = await run({
    A: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'M' },
    M: { Type: 'Map', Items: ['a', 'b', 'c'], MaxConcurrency: 1, ItemProcessor, End: true },
  });
  expect(output).toEqual(['oa', 'ob', 'oc']);
});

test('a function’s own variables in an expression do not touch the workflow’s', async () => {
  const States = {
    A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
    B: { Type: 'Pass', Output: '{% ($x := 5; $x) %}', Next: 'C' },
    C: { Type: 'Succeed', Output: '{% [$states.input, $x] %}' },
  };
  expect((await run(States)).output).toEqual([5, 1]);
});

test.each([
  [262_142, 'SUCCEEDED'],
  [262_143, 'FAILED'],
])('an assignment of a text of %i characters has %s', async (length, status) => {
  const States = { A: { Type: 'Pass', Assign: { x: `{% $pad("", ${length}, "x") %}` }, End: true } };
  const result = await run(States);
  expect(result.status).toBe(status);
  if (status === 'FAILED') expect(result.error).toBe('States.DataLimitExceeded');
});

test('variables hold 10 MiB in all', async () => {
  const States: StateTable = {};
  for (let n = 0; n < 41; n++)
    States[`S${n}`] = {
      Type: 'Pass',
      Assign: { [`x${n}`]: '{% $pad("", 262000, "x") %}' },
      Next: `S${n + 1}`,
    };
  States.S41 = { Type: 'Succeed' };
  const { status, error, history } = await run(States);
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(history.at(-2)).toMatchObject({ stateEnteredEventDetails: { name: 'S40' } });
});
