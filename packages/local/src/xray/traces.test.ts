import { expect, test } from '@jest/globals';
import { parseFilter } from './filter.ts';
import { createSampler } from './sampling.ts';
import { summarize } from './summary.ts';
import { createTraces } from './traces.ts';

const traceId = (number: number) => `1-${number.toString(16).padStart(8, '0')}-${'0'.repeat(24)}`;
const segmentId = (number: number) => number.toString(16).padStart(16, '0');
const document = (trace: number, more: object = {}) =>
  JSON.stringify({
    id: segmentId(trace),
    trace_id: traceId(trace),
    name: 'shop',
    start_time: 1,
    end_time: 2,
    ...more,
  });

test('keeps the newest traces, by their number and by their size', () => {
  const few = createTraces({ maxTraces: 3 });
  for (let trace = 1; trace <= 5; trace++) few.add(document(trace));
  expect(few.between(0, 9).map(({ id }) => id)).toEqual([3, 4, 5].map(traceId));

  const size = document(1).length;
  const small = createTraces({ maxBytes: 2 * size });
  for (let trace = 1; trace <= 3; trace++) small.add(document(trace));
  // The same document again takes no more room.
  small.add(document(3));
  expect(small.between(0, 9).map(({ id }) => id)).toEqual([2, 3].map(traceId));
});

test('a subsegment that comes before its parent, and within another, finds its place', () => {
  const traces = createTraces();
  const inner = { type: 'subsegment', parent_id: segmentId(8) };
  traces.add(document(1, { id: segmentId(9), name: 'innermost', ...inner }));
  traces.add(document(1, { id: segmentId(8), name: 'inner', ...inner, parent_id: segmentId(1) }));
  traces.add(document(1));
  expect(traces.get(traceId(1))?.segments).toMatchObject([
    { name: 'shop', subsegments: [{ name: 'inner', subsegments: [{ name: 'innermost' }] }] },
  ]);
});

test('too big a document is none', () => {
  expect(() => createTraces().add(document(1, { metadata: 'x'.repeat(65_536) }))).toThrow('64 KB');
});

test('samples the first of each second, and 5 % of the others', () => {
  let now = 1_000;
  let random = 0.5;
  const isSampled = createSampler(
    () => now,
    () => random,
  );
  expect([isSampled(), isSampled(), isSampled()]).toEqual([true, false, false]);
  random = 0.049;
  expect(isSampled()).toBe(true);
  random = 0.05;
  expect(isSampled()).toBe(false);
  now = 2_000;
  expect(isSampled()).toBe(true);
});

const traces = createTraces();
traces.add(
  document(1, {
    annotations: { orderId: 'ord_1', amount: 1999, 'is.guest': true },
    http: { request: { method: 'POST', url: 'https://shop.example/api/orders' }, response: { status: 202 } },
    error: true,
    end_time: 3.5,
  }),
);
const summary = summarize(traces.between(0, 9)[0] as Parameters<typeof summarize>[0]);

test.each<[string, boolean]>([
  ['annotation.orderId = "ord_1"', true],
  ['annotation[orderId] = "ord_2"', false],
  ['annotation[is.guest] = true', true],
  ['annotation.amount >= 1999 AND annotation.amount < 2000', true],
  ['annotation.other = "x"', false],
  ['service("shop")', true],
  ['service("other") OR service()', true],
  ['responsetime > 2', true],
  ['duration <= 2', false],
  ['http.status = 202 AND http.method != "GET"', true],
  ['http.url CONTAINS "/api/" AND http.url BEGINSWITH "https" AND http.url ENDSWITH "orders"', true],
  ['error AND NOT (fault OR throttle)', true],
  ['ok', false],
  ['!partial', true],
])('%s', (expression, holds) => {
  expect(parseFilter(expression)(summary)).toBe(holds);
});

test.each([
  ['', 'expected a keyword'],
  ['annotation.a', 'expected an operator'],
  ['annotation.a = ', 'expected a value'],
  ['(ok', 'expected )'],
  ['ok ok', 'expected its end'],
  ['user = "x"', 'user is not supported on this machine'],
  ['edge("a", "b")', 'unexpected , "b")'],
])('"%s" is refused: %s', (expression, why) => {
  expect(() => parseFilter(expression)).toThrow(why);
});
