interface Cancelled {
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

const reasons = (error: unknown, code: string, index: number | undefined) => {
  if (!isNamed(error, 'TransactionCanceledException')) return false;
  const list = (error as Cancelled).CancellationReasons ?? [];
  return index === undefined ? list.some((reason) => reason.Code === code) : list.at(index)?.Code === code;
};

/**
 * Whether DynamoDB refused a write because its condition didn't hold.
 *
 * @param index in a transaction: the item whose condition is meant; without it, any item's.
 *
 * @example
 * try {
 *   await client.send(new TransactWriteCommand({ TransactItems: [putOrder, putOutboxEntry] }));
 * } catch (error) {
 *   if (isConditionFailed(error, 0)) return existing(orderId);
 *   throw error;
 * }
 */
export const isConditionFailed = (error: unknown, index?: number): boolean =>
  isNamed(error, 'ConditionalCheckFailedException') || reasons(error, 'ConditionalCheckFailed', index);

/**
 * Whether a write met another transaction on the same item: nothing was written, and a later try may succeed.
 *
 * @example
 * if (isTransactionConflict(error)) return retry();
 */
export const isTransactionConflict = (error: unknown): boolean =>
  isNamed(error, 'TransactionConflictException') || reasons(error, 'TransactionConflict', undefined);
