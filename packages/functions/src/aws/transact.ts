import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type Pause, pauseAfter } from './pause.ts';

/** One write of a transaction. DynamoDB takes 100 of them. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reasons that pass by themselves. The SDK doesn't retry a cancelled transaction, whatever the reason. */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** With full jitter three seconds of pauses at most, and half of that on average. */
const ATTEMPTS = 10;

/**
 * Writes all items or none. Those who want the same item at the same instant make DynamoDB call all but one of them
 * off (`TransactionConflict`), so that is tried again, after a pause with jitter.
 *
 * @returns the positions of the items whose condition did not hold: none of them means written.
 * @throws TransactionCanceledException for any other reason, and after ten attempts.
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
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
      return [];
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
      const failed = codes.flatMap((code, position) => (code === 'ConditionalCheckFailed' ? [position] : []));
      if (failed.length > 0) return failed;
      if (attempt === ATTEMPTS || !codes.every((code) => PASSING.has(code))) throw error;
      await pause(attempt);
    }
  }
};
