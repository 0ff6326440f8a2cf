import { expect, test } from '@jest/globals';
import { createBreaker } from './breaker.ts';

test('opens after failures in a row, lets one try in a while, and closes when that goes well', () => {
  let time = 0;
  const breaker = createBreaker({ failuresToOpen: 3, openSeconds: 5, now: () => time });
  const fail = () => breaker.failed();

  fail();
  fail();
  breaker.succeeded();
  fail();
  fail();
  expect(breaker.admits()).toBe(true);
  fail();
  expect(breaker.admits()).toBe(false);

  time = 5000;
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  fail();
  time = 9999;
  expect(breaker.admits()).toBe(false);
  time = 10_000;
  expect(breaker.admits()).toBe(true);
  breaker.succeeded();
  expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
});

test('one that was let try and never came back keeps nobody out for good', () => {
  let time = 0;
  const breaker = createBreaker({ failuresToOpen: 1, openSeconds: 5, now: () => time });
  breaker.failed();
  time = 5000;
  expect(breaker.admits()).toBe(true);
  time = 10_000;
  expect(breaker.admits()).toBe(true);
});
