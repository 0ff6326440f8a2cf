import { expect, test } from '@jest/globals';
import { execution, type Work } from './logged-for-test.ts';
import { failure, LAMBDA, type StateTable } from './run-for-test.ts';

const branch = (States: StateTable) => ({ StartAt: Object.keys(States)[0], States });
const task = (more: object = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });

const States = {
  Begin: { Type: 'Pass', Assign: { total: 0, items: [1, 2, 3, 4] }, Next: 'Fork' },
  Fork: {
    Type: 'Parallel',
    Branches: [
      branch({ Nap: { Type: 'Wait', Seconds: 5, Next: 'Work' }, Work: task({ Arguments: 'fork' }) }),
      branch({
        Each: {
          Type: 'Map',
          Items: '{% $items %}',
          MaxConcurrency: 2,
          ToleratedFailureCount: 1,
          ItemProcessor: branch({
            Item: task({ Retry: [{ ErrorEquals: ['Again'] }], Output: '{% $states.result * 10 %}' }),
          }),
          End: true,
        },
      }),
    ],
    Assign: { total: '{% $sum($states.result[1]) %}' },
    Next: 'Ask',
  },
  Ask: {
    ...task({
      Resource: `${LAMBDA}.waitForTaskToken`,
      Arguments: { token: '{% $states.context.Task.Token %}' },
      Catch: [{ ErrorEquals: ['Declined'], Output: '{% $states.errorOutput.Error %}', Next: 'Done' }],
      Next: 'Done',
    }),
    End: undefined,
  },
  Done: { Type: 'Succeed', Output: '{% [$states.input, $total, $count($items)] %}' },
};

/** Work that fails the same way each time: item 2 once in each attempt at the map, item 3 for good. */
const worker = (): Work => {
  let again = 0;
  return (input) => {
    if (typeof input === 'object') throw failure('Declined');
    if (input === 3) throw failure('Broken');
    if (input === 2 && again++ % 2 === 0) throw failure('Again');
    return input;
  };
};

test('a crash after any write changes nothing', async () => {
  const whole = execution(States);
  const expected = { status: 'SUCCEEDED', output: ['Declined', 70, 4] };
  expect(await whole.start(worker())).toEqual(expected);
  const { log } = whole;
  expect(log.length).toBeGreaterThan(20);
  for (let written = 1; written <= log.length; written++) {
    const resumed = execution(States, {}, {}, log.slice(0, written));
    expect(await resumed.start(worker())).toEqual(expected);
    const history = resumed.history();
    expect(history.map(({ id }) => id)).toEqual(history.map((_, at) => at + 1));
    const ended = history.filter(({ type }) => type.startsWith('Execution'));
    expect(ended.map(({ type }) => type)).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
  }
});

test.each<[string, Work, object]>([
  ['failed', worker(), { status: 'FAILED', error: 'Declined', cause: 'why' }],
  ['ran out of time', () => new Promise(() => undefined), { status: 'TIMED_OUT' }],
])('what %s before a crash does not begin again after it', async (_, work, expected) => {
  const first = execution({ A: task({ Arguments: {} }) }, {}, { TimeoutSeconds: 1 });
  expect(await first.start(work)).toEqual(expected);
  const second = execution({ A: task() }, {}, {}, [...first.log]);
  expect(await second.start(() => 'a second time')).toEqual(expected);
  expect(second.log).toEqual(first.log);
});
