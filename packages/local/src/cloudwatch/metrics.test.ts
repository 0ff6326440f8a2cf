import { expect, test } from '@jest/globals';
import { addEmbedded } from './emf.ts';
import { createMetrics, type MetricStore } from './metrics.ts';
import { seriesOf } from './series.ts';

const orders = { namespace: 'Emporium', name: 'OrdersPlaced', dimensions: { service: 'orders' } };
const everything = { start: 0, end: Number.MAX_SAFE_INTEGER };
const read = (metrics: MetricStore, stat: string, metric: typeof orders = orders) => [
  ...seriesOf(metrics, metric, { stat, period: 60_000, span: everything }),
];

test('adds up what one minute brings, apart from other dimensions', () => {
  let now = 60_000;
  const metrics = createMetrics(() => now);
  for (const value of [3, 1]) metrics.put({ ...orders, value });
  metrics.put({ ...orders, dimensions: { service: 'catalog' }, value: 9 });
  now = 121_000;
  metrics.put({ ...orders, value: 5 });
  const both = (one: number, other: number) => [
    [60_000, one],
    [120_000, other],
  ];
  expect(read(metrics, 'Sum')).toEqual(both(4, 5));
  expect(read(metrics, 'SampleCount')).toEqual(both(2, 1));
  expect(read(metrics, 'Average')).toEqual(both(2, 5));
  expect(read(metrics, 'Minimum')).toEqual(both(1, 5));
  expect(read(metrics, 'Maximum')).toEqual(both(3, 5));
});

test('the order of dimensions does not matter', () => {
  const metrics = createMetrics(() => 0);
  metrics.put({ ...orders, dimensions: { a: '1', b: '2' }, value: 1 });
  metrics.put({ ...orders, dimensions: { b: '2', a: '1' }, value: 1 });
  expect(metrics.list()).toHaveLength(1);
});

test('a percentile is at most 1 % off, over 12 orders of magnitude', () => {
  const metrics = createMetrics(() => 0);
  const values = Array.from({ length: 5000 }, (_, index) => 10 ** (-3 + (index % 500) / 50));
  for (const value of values) metrics.put({ ...orders, value });
  const sorted = values.toSorted((a, b) => a - b);
  for (const percent of [1, 25, 50, 90, 95, 99, 99.9]) {
    const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] as number;
    const [[, approximate] = [0, 0]] = read(metrics, `p${percent}`);
    expect(Math.abs(approximate / exact - 1)).toBeLessThan(0.01);
  }
});

test('percentiles of what is negative or nothing', () => {
  const metrics = createMetrics(() => 0);
  for (const value of [-100, -10, 0, 10]) metrics.put({ ...orders, value });
  expect(read(metrics, 'p0.01')[0]?.[1]).toBeCloseTo(-100, -1);
  expect(read(metrics, 'p75')[0]?.[1]).toBe(0);
  expect(read(metrics, 'p100')[0]?.[1]).toBeCloseTo(10, 0);
});

test('forgets what is older than three hours, and metrics that nothing is told of any more', () => {
  let now = 0;
  const metrics = createMetrics(() => now);
  metrics.put({ ...orders, name: 'Once', value: 1 });
  for (; now < 181 * 60_000; now += 60_000) metrics.put({ ...orders, value: 1 });
  expect(metrics.read(orders)).toHaveLength(180);
  expect(metrics.list().map(({ name }) => name)).toEqual(['OrdersPlaced']);
  expect(metrics.add({ ...orders, value: 1, at: 0 })).toBe(false);
});

const line = (more: object = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 61_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Emporium',
          Dimensions: [['service'], ['service', 'currency'], []],
          Metrics: [
            { Name: 'OrdersPlaced', Unit: 'Count' },
            { Name: 'Latency', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    service: 'orders',
    currency: 'EUR',
    OrdersPlaced: 1,
    Latency: [10, 30],
    ...more,
  });

test('the embedded metric format: each set of dimensions is a metric, a list several values', () => {
  const metrics = createMetrics(() => 120_000);
  addEmbedded(metrics, line());
  addEmbedded(metrics, `2025-01-01T00:00:00.000Z\tid\tINFO\t${line()}`);
  expect(metrics.list().map(({ name, dimensions }) => [name, dimensions])).toEqual(
    ['OrdersPlaced', 'Latency'].flatMap((name) => [
      [name, { service: 'orders' }],
      [name, { service: 'orders', currency: 'EUR' }],
      [name, {}],
    ]),
  );
  expect(read(metrics, 'Sum')).toEqual([[60_000, 2]]);
  expect(read(metrics, 'Average', { ...orders, name: 'Latency' })).toEqual([[60_000, 20]]);
  expect(metrics.unitOf({ ...orders, name: 'Latency' })).toBe('Milliseconds');
});

test.each([
  ['no JSON', '{"_aws": nothing'],
  ['no directives', '{"_aws":{"Timestamp":1}}'],
  ['a time far ahead', line({ _aws: { Timestamp: Date.now() + 9e6, CloudWatchMetrics: [] } })],
  ['no value', line({ OrdersPlaced: 'one', Latency: null })],
  ['a dimension that the line lacks', line({ service: undefined }).replace(',[]', '')],
])('a line with %s gives no metrics', (_, text) => {
  const metrics = createMetrics(() => 120_000);
  addEmbedded(metrics, text);
  expect(metrics.list()).toEqual([]);
});
