import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';

const orders = { namespace: 'Emporium', name: 'OrdersPlaced', dimensions: { service: 'orders' } };

test('adds up what one minute brings, apart from other dimensions', () => {
  let now = 60_000;
  const metrics = createMetrics(() => now);
  for (const value of [3, 1]) metrics.put({ ...orders, value });
  metrics.put({ ...orders, dimensions: { service: 'catalog' }, value: 9 });
  now = 121_000;
  metrics.put({ ...orders, value: 5 });
  expect(metrics.read(orders)).toEqual([
    { minute: 60_000, statistics: { sum: 4, count: 2, minimum: 1, maximum: 3 } },
    { minute: 120_000, statistics: { sum: 5, count: 1, minimum: 5, maximum: 5 } },
  ]);
});

test('forgets what is older than three hours', () => {
  let now = 0;
  const metrics = createMetrics(() => now);
  for (; now < 181 * 60_000; now += 60_000) metrics.put({ ...orders, value: 1 });
  expect(metrics.read(orders)).toHaveLength(180);
});
