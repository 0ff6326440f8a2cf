import { expect, test } from '@jest/globals';
import { contentOf } from './content.ts';

test('leaves out keys and kind, and nothing else', () => {
  const item = { pk: 'STOCK#MUG', sk: 'STOCK', kind: 'stock', sku: 'MUG', available: 3 };
  expect(contentOf<{ sku: string; available: number }>(item)).toEqual({ sku: 'MUG', available: 3 });
  expect(item).toHaveProperty('pk');
});
