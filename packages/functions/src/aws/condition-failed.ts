/**
 * Whether DynamoDB refused a single write because its condition didn't hold. For a transaction, {@link transact}
 * tells which of the conditions it was.
 *
 * @example
 * try {
 *   await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
 * } catch (error) {
 *   if (!isConditionFailed(error)) throw error;
 * }
 */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
