import { AwsError } from '../cloud.ts';
import { type BatchOutput, checkBatch, eachEntry } from './batch.ts';
import type { Database } from './database.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import { type Queue, wake } from './queues.ts';
import { receiptOf } from './receipt-handle.ts';

interface Handled {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

type Entry = Handled & { readonly Id: string };

export interface Settler {
  /** How many were deleted. */
  delete(queue: Queue, input: Handled): number;
  deleteBatch(queue: Queue, entries: readonly Entry[] | undefined): BatchOutput<object>;
  changeVisibility(queue: Queue, input: Handled): void;
  changeVisibilityBatch(queue: Queue, entries: readonly Entry[] | undefined): BatchOutput<object>;
}

/** What a receiver does with a message that it was given: it is done with it, or needs more time, or gives it back. */
export const createSettler = (db: Database, { now }: { readonly now: () => number }): Settler => {
  const remove = db.prepare(
    'DELETE FROM messages WHERE position = ? AND id = ? AND receives = ? AND queue = ?',
  );
  const find = db.prepare(
    'SELECT visible_at FROM messages WHERE position = ? AND id = ? AND receives = ? AND queue = ?',
  );
  const hide = db.prepare('UPDATE messages SET visible_at = ? WHERE position = ?');

  const rowOf = (queue: Queue, { ReceiptHandle }: Handled) => {
    if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
    const { position, id, receives } = receiptOf(ReceiptHandle);
    return [position, id, receives, queue.name] as const;
  };

  const deleteOne = (queue: Queue, input: Handled): number => {
    const row = rowOf(queue, input);
    if (queue.isFifo) {
      const found = find.get(...row) as { visible_at: number } | undefined;
      if (found !== undefined && found.visible_at <= now()) {
        throw invalidParameter(
          `Value ${input.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
      }
    }
    // Deleting what is gone, or was received anew since, is no error.
    return Number(remove.run(...row).changes);
  };

  const changeOne = (queue: Queue, input: Handled): void => {
    const row = rowOf(queue, input);
    const { VisibilityTimeout: seconds } = input;
    if (seconds === undefined) throw missingParameter('VisibilityTimeout');
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
      throw invalidParameter(
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200.`,
      );
    }
    const found = find.get(...row) as { visible_at: number } | undefined;
    if (found === undefined) {
      throw invalidParameter(
        `Value ${input.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (found.visible_at <= now()) {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    hide.run(now() + seconds * 1000, row[0]);
  };

  const settle = <T>(queue: Queue, work: () => T): T => {
    const output = db.transaction(work);
    wake(queue);
    return output;
  };
  /** Only the next message of a group waits for one to be deleted. */
  const discard = <T>(queue: Queue, work: () => T): T =>
    queue.isFifo ? settle(queue, work) : db.transaction(work);

  return {
    delete: (queue, input) => discard(queue, () => deleteOne(queue, input)),
    deleteBatch: (queue, entries = []) => {
      checkBatch('DeleteMessageBatch', entries);
      return discard(queue, () =>
        eachEntry(entries, (entry) => {
          deleteOne(queue, entry);
          return {};
        }),
      );
    },
    changeVisibility: (queue, input) => settle(queue, () => changeOne(queue, input)),
    changeVisibilityBatch: (queue, entries = []) => {
      checkBatch('ChangeMessageVisibilityBatch', entries);
      return settle(queue, () =>
        eachEntry(entries, (entry) => {
          changeOne(queue, entry);
          return {};
        }),
      );
    },
  };
};
