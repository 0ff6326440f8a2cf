import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ConcurrentUpdate, retryContended } from './contention.ts';
import { type Pause, pauseAfter } from './pause.ts';

/** What is to be read. */
export interface GetAll {
  readonly tableName: string;
  /** At most 100, which is DynamoDB's limit for a BatchGetItem, and none of them twice. */
  readonly keys: readonly Record<string, unknown>[];
  readonly consistent?: boolean;
}

/**
 * Reads several items of a table in one call: those that are there, in any order.
 *
 * @throws ConcurrentUpdate when the table is under such load that the eighth call still left out some.
 *
 * @example
 * const prices = await getAll(client, { tableName: table.name, keys: skus.map(priceKey) });
 */
export const getAll = async (
  client: DynamoDBDocumentClient,
  { tableName, keys, consistent = false }: GetAll,
  pause: Pause = pauseAfter,
): Promise<Record<string, unknown>[]> => {
  const found: Record<string, unknown>[] = [];
  let left: Record<string, unknown>[] = [...keys];
  await retryContended(async () => {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: consistent } } }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    // DynamoDB leaves keys out under load, or beyond 16 MB, without failing.
    if (left.length > 0) throw new ConcurrentUpdate(`some of ${tableName}`);
  }, pause);
  return found;
};
