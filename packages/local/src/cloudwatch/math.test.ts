import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';
import { runQueries } from './queries.ts';

const MINUTE = 60_000;

/** Five minutes: `a` has a value in each, `b` in the second and the fourth. */
const metrics = createMetrics(() => 5 * MINUTE);
for (const [at, a, b] of [
  [0, 10, undefined],
  [1, 20, 4],
  [2, 30, undefined],
  [3, 60, 0],
  [4, 50, undefined],
] as const) {
  const datum = { namespace: 'N', dimensions: {}, at: at * MINUTE };
  metrics.add({ ...datum, name: 'a', value: a });
  if (b !== undefined) metrics.add({ ...datum, name: 'b', value: b });
}

const query = (Id: string) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
});
const run = (Expression: string) =>
  runQueries(metrics, [{ Id: 'e', Expression }, query('a'), query('b')], { start: 0, end: 5 * MINUTE }).get(
    'e',
  );
const values = (Expression: string) =>
  run(Expression)?.map(({ series }) =>
    Object.fromEntries([...series].map(([at, value]) => [at / MINUTE, value])),
  );

test.each<[string, object[]]>([
  ['a', [{ 0: 10, 1: 20, 2: 30, 3: 60, 4: 50 }]],
  ['-a + 2 * (a - 1)', [{ 0: 8, 1: 18, 2: 28, 3: 58, 4: 48 }]],
  ['2 ^ 3 + a * 0', [{ 0: 8, 1: 8, 2: 8, 3: 8, 4: 8 }]],
  ['8 - 2 - 1 + a * 0', [{ 0: 5, 1: 5, 2: 5, 3: 5, 4: 5 }]],
  // Where one has no value, or is divided by nothing, there is none.
  ['a + b', [{ 1: 24, 3: 60 }]],
  ['100 * a / b', [{ 1: 500 }]],
  ['FILL(b, 0)', [{ 0: 0, 1: 4, 2: 0, 3: 0, 4: 0 }]],
  ['FILL(b, REPEAT)', [{ 1: 4, 2: 4, 3: 0, 4: 0 }]],
  ['FILL(b, LINEAR)', [{ 1: 4, 2: 2, 3: 0 }]],
  ['SUM([a, b])', [{ 0: 10, 1: 24, 2: 30, 3: 60, 4: 50 }]],
  ['SUM(METRICS())', [{ 0: 10, 1: 24, 2: 30, 3: 60, 4: 50 }]],
  ['MAX(METRICS("b"))', [{ 1: 4, 3: 0 }]],
  [
    'METRICS() * 2',
    [
      { 0: 20, 1: 40, 2: 60, 3: 120, 4: 100 },
      { 1: 8, 3: 0 },
    ],
  ],
  ['a / SUM(a) * 170', [{ 0: 10, 1: 20, 2: 30, 3: 60, 4: 50 }]],
  ['DIFF(a)', [{ 1: 10, 2: 10, 3: 30, 4: -10 }]],
  ['RATE(a) * PERIOD(a)', [{ 1: 10, 2: 10, 3: 30, 4: -10 }]],
  ['IF(a > 20 AND a != 50, a, 0)', [{ 0: 0, 1: 0, 2: 30, 3: 60, 4: 0 }]],
  ['IF(a >= 30, 1)', [{ 2: 1, 3: 1, 4: 1 }]],
  ['IF(a > 20 || a == 10, 1, b)', [{ 0: 1, 1: 4, 2: 1, 3: 1, 4: 1 }]],
])('%s', (expression, expected) => {
  const found = values(expression);
  expect(found).toHaveLength(expected.length);
  for (const [index, line] of expected.entries())
    for (const [at, value] of Object.entries(line)) expect(found?.[index]?.[at]).toBeCloseTo(value);
  expect(found?.map((line) => Object.keys(line))).toEqual(expected.map((line) => Object.keys(line)));
});

test.each<[string, string]>([
  ['a +', "Error in expression 'a +': unexpected its end"],
  ['a $ b', "Error in expression 'a $ b': unexpected $"],
  ['(a', "Error in expression '(a': unexpected its end"],
  ['a b', "Error in expression 'a b': unexpected b"],
  ['c + 1', 'The expression refers to c, which no query has as its Id'],
  ['e + 1', 'The expression of e refers to itself'],
  ['SUM(a)', "Error in expression 'e': it must give a time series, and gives a number"],
  ['ANOMALY_DETECTION_BAND(a)', 'The function ANOMALY_DETECTION_BAND is not supported on this machine'],
  ['FILL(a)', 'FILL takes more arguments than 1'],
  ['a * PERIOD(c)', 'The expression refers to c, which no query has as its Id'],
  ['PERIOD(1)', 'PERIOD takes the id of a query'],
  ['"a"', 'Unexpected text "a" in an expression'],
])('%s is refused', (expression, message) => {
  expect(() => run(expression)).toThrow(
    expect.objectContaining({ code: 'ValidationException', message }) as unknown as Error,
  );
});
