import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { isConditionFailed } from './condition-failed.ts';

test('tells a condition that did not hold from every other error', () => {
  const error = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  expect(isConditionFailed(error)).toBe(true);
  expect(isConditionFailed(new Error('no'))).toBe(false);
  expect(isConditionFailed(undefined)).toBe(false);
});
