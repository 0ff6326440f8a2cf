import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from './condition-failed.ts';
import { type Pause, pauseAfter } from './pause.ts';

/** One write of a transaction. DynamoDB takes 100 of them. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reasons that pass by themselves. The SDK doesn't retry a cancelled transaction, whatever the reason. */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** With full jitter three seconds of pauses at most, and half of that on average. */
const ATTEMPTS = 10;

/**
 * Writes all items or none. A single one is put without a transaction, at half the price. Those who want the same item at the same instant make DynamoDB call all but one of them
 * off (`TransactionConflict`), so that is tried again, after a pause with jitter.
 *
 * @returns the positions of the items whose condition did not hold: none of them means written.
 * @throws TransactionCanceledException for any other reason; and, as TransactionConflictException for a single item,
 * after ten attempts.
 *
 * @example
 * const failed = await transact(client, [putOrder, putOutboxEntry]);
 * if (failed.includes(0)) throw new ConcurrentUpdate(orderId);
 */
export const transact = async (
  client: DynamoDBDocumentClient,
  items: TransactItem[],
  pause: Pause = pauseAfter,
): Promise<number[]> => {
  const only = items.length === 1 ? items[0]?.Put : undefined;
  const write = () => (only === undefined ? writeAll(client, items) : put(client, only));
  for (let attempt = 1; ; attempt++) {
    const outcome = await write();
    if (Array.isArray(outcome)) return outcome;
    if (attempt === ATTEMPTS) throw outcome;
    await pause(attempt);
  }
};

/** The positions whose condition did not hold, or an error that passes by itself. */
type Outcome = number[] | Error;

const put = async (
  client: DynamoDBDocumentClient,
  input: NonNullable<TransactItem['Put']>,
): Promise<Outcome> => {
  try {
    await client.send(new PutCommand(input));
    return [];
  } catch (error) {
    if (isConditionFailed(error)) return [0];
    // Somebody's transaction holds the item. Throttling is the SDK's business here.
    if (error instanceof TransactionConflictException) return error;
    throw error;
  }
};

const writeAll = async (client: DynamoDBDocumentClient, items: TransactItem[]): Promise<Outcome> => {
  try {
    await client.send(new TransactWriteCommand({ TransactItems: items }));
    return [];
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
    const failed = codes.flatMap((code, position) => (code === 'ConditionalCheckFailed' ? [position] : []));
    if (failed.length > 0) return failed;
    if (!codes.every((code) => PASSING.has(code))) throw error;
    return error;
  }
};
