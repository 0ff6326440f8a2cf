import { expect, test } from '@jest/globals';
import { gte } from './semver-gte.ts';

test.each([
  ['2.7.15', '2.7.15', true],
  ['2.10.0', '2.7.15', true],
  ['3.0.0', '2.7.15', true],
  ['2.7.14', '2.7.15', false],
  ['1.99.99', '2.7.15', false],
  ['2.7.15-beta.1', '2.7.15', true],
])('%s from %s on: %s', (version, other, expected) => {
  expect(gte(version, other)).toBe(expected);
});
