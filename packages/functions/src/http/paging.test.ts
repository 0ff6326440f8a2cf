import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { pageQuery, pageView, toCursor } from './paging.ts';

const query = pageQuery(v.strictTuple([v.string(), v.number()]), { limit: 50 });

test('a cursor comes back as the position that it was made of', () => {
  const position = ['2026-11-24T02:48:35.520Z', 7];

  expect(v.parse(query, { cursor: toCursor(position), limit: '3' })).toEqual({ limit: 3, cursor: position });
});

test('a page says where the list goes on, and the last one does not', () => {
  const double = (n: number) => n * 2;
  expect(pageView({ items: [1, 2], next: 2 }, double)).toEqual({ items: [2, 4], nextCursor: toCursor(2) });
  expect(JSON.stringify(pageView({ items: [3] }, double))).toBe('{"items":[6]}');
});

test('without anything, the first page of the usual length', () => {
  expect(v.parse(query, {})).toEqual({ limit: 50 });
});

describe('refused under its name', () => {
  test.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '101' }],
    ['limit', { limit: '1e2' }],
    ['limit', { limit: 'ten' }],
    ['cursor', { cursor: '🛒' }],
    ['cursor', { cursor: 'e30' }],
    ['cursor', { cursor: toCursor(['only text']) }],
    ['cursor', { cursor: toCursor([1, 2, 3]) }],
    ['cursor', { cursor: 'A'.repeat(1001) }],
  ])('%s: %j', (field, given) => {
    const { issues } = v.safeParse(query, given);

    expect(issues?.map((issue) => v.getDotPath(issue))).toEqual([field]);
  });
});
