import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { isConditionFailed, isTransactionConflict } from './condition-failed.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('isConditionFailed', () => {
  test('of a single write', () => {
    const error = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    expect(isConditionFailed(error)).toBe(true);
    expect(isConditionFailed(new Error('no'))).toBe(false);
    expect(isConditionFailed(undefined)).toBe(false);
  });

  test('of a transaction: of any item, or of the one that is meant', () => {
    const error = cancelled('None', 'ConditionalCheckFailed');
    expect([isConditionFailed(error), isConditionFailed(error, 0), isConditionFailed(error, 1)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isConditionFailed(error, 2)).toBe(false);
    expect(isConditionFailed(cancelled('TransactionConflict'))).toBe(false);
  });
});

test('isTransactionConflict', () => {
  expect(isTransactionConflict(cancelled('None', 'TransactionConflict'))).toBe(true);
  expect(isTransactionConflict(cancelled('ConditionalCheckFailed'))).toBe(false);
  expect(isTransactionConflict(Object.assign(new Error(), { name: 'TransactionConflictException' }))).toBe(
    true,
  );
});
