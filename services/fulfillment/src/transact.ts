import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reasons that pass by themselves. The SDK doesn't retry a cancelled transaction, whatever the reason. */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const ATTEMPTS = 10;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 800;

/** Full jitter, so that those who collided don't collide again. Three seconds at most in all, two on average. */
export const jitteredPause = (attempt: number, random = Math.random) =>
  random() * Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

/**
 * Writes all items or none. Gives back the positions of the items whose condition did not hold: none of them
 * means written. Orders that want the same SKU at the same instant make DynamoDB call all but one of them off
 * (`TransactionConflict`), so that is tried again; after {@link ATTEMPTS} attempts the exception gets out, and
 * the caller's caller, a workflow or a person, tries later.
 */
export const transact = async (
  client: DynamoDBDocumentClient,
  items: TransactItem[],
  pause: (attempt: number) => Promise<void> = (attempt) => sleep(jitteredPause(attempt)),
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
