import type { Database } from './database.ts';
import { invalidParameter } from './errors.ts';
import { type Queue, type Queues, wake } from './queues.ts';
import { outputOf, type Received, type ReceiveInput, type Row } from './received.ts';
import type { Clocks } from './send.ts';

export interface Receiver {
  /** At most ten messages; waits for the first one as long as is asked for. */
  receive(queue: Queue, input: ReceiveInput): Promise<readonly Received[]>;
  /** Ends all waiting. */
  close(): void;
}

/** Positions first, then row by row: most calls find one message or none, and a list of whole rows costs more to set up than to read. */
const VISIBLE =
  'SELECT position FROM messages WHERE queue = ? AND visible_at <= ? AND sent_at > ? ORDER BY visible_at, position LIMIT ?';
/**
 * A message of a group waits for those before it: for one that somebody works on, and for an earlier one that is
 * delayed. The `+` has SQLite look at the group, which is short, instead of at all that is hidden.
 */
const IN_ORDER = `SELECT position FROM messages AS m WHERE queue = ? AND visible_at <= ? AND sent_at > ? AND NOT EXISTS (
  SELECT 1 FROM messages AS other WHERE other.queue = m.queue AND other.group_id = m.group_id
  AND +other.visible_at > ? AND (other.receives > 0 OR other.position < m.position)) ORDER BY position LIMIT ?`;

export const createReceiver = (db: Database, queues: Queues, { now, wall }: Clocks): Receiver => {
  const visible = db.prepare(VISIBLE);
  const inOrder = db.prepare(IN_ORDER);
  const read = db.prepare('SELECT * FROM messages WHERE position = ?');
  const take = db.prepare(
    'UPDATE messages SET receives = receives + 1, visible_at = ?, first_received_at = coalesce(first_received_at, ?) WHERE position = ?',
  );
  const bury = db.prepare(
    'UPDATE messages SET queue = ?, visible_at = ?, sent_at = ?, came_from = ? WHERE position = ?',
  );
  const nextVisible = db.prepare(
    'SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND visible_at > ?',
  );
  let closed = false;

  const find = (queue: Queue, limit: number): readonly number[] => {
    const [at, oldest] = [now(), wall() - Number(queue.attributes.MessageRetentionPeriod) * 1000];
    const found = queue.isFifo
      ? inOrder.all(queue.name, at, oldest, at, limit)
      : visible.all(queue.name, at, oldest, limit);
    return found.map(({ position }) => position as number);
  };

  /** To the dead-letter queue. A standard queue counts retention from when a message was first sent, a FIFO queue anew. */
  const moveToDeadLetters = (queue: Queue, row: Row): boolean => {
    const { redrive } = queue;
    if (redrive === undefined || row.receives < redrive.maxReceiveCount) return false;
    const target = queues.byArn(redrive.deadLetterTargetArn);
    // A queue that is its own would take the message again at once, for ever.
    if (target === undefined || target === queue) return false;
    bury.run(target.name, now(), target.isFifo ? wall() : row.sent_at, queue.arn, row.position);
    return true;
  };

  const takeNow = (queue: Queue, input: ReceiveInput): Received[] => {
    const limit = input.MaxNumberOfMessages ?? 1;
    const received: Received[] = [];
    let moved = 0;
    for (;;) {
      const positions = find(queue, limit - received.length);
      if (positions.length === 0) break;
      const before = moved;
      db.transaction(() => {
        const hiddenUntil = now() + timeoutOf(queue, input) * 1000;
        for (const position of positions) {
          const row = read.get(position) as unknown as Row;
          if (moveToDeadLetters(queue, row)) moved += 1;
          else {
            const firstReceivedAt = row.first_received_at ?? wall();
            take.run(hiddenUntil, firstReceivedAt, row.position);
            received.push(
              outputOf(
                queue,
                { ...row, receives: row.receives + 1, first_received_at: firstReceivedAt },
                input,
              ),
            );
          }
        }
      });
      if (moved === before) break;
      if (received.length === limit) break;
    }
    const target = moved === 0 ? undefined : queues.byArn(queue.redrive?.deadLetterTargetArn ?? '');
    if (target !== undefined) wake(target);
    return received;
  };

  /** Until somebody sends, a message comes back, or the time is over. */
  const change = (queue: Queue, milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        queue.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, milliseconds));
      queue.waiting.add(done);
    });

  return {
    receive: async (queue, input) => {
      check(input);
      const until =
        now() + (input.WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds)) * 1000;
      while (!closed) {
        const received = takeNow(queue, input);
        const left = until - now();
        if (received.length > 0 || left <= 0) return received;
        const { at } = nextVisible.get(queue.name, now()) as { at: number | null };
        await change(queue, at === null ? left : Math.min(left, at - now()));
      }
      return [];
    },
    close: () => {
      closed = true;
      for (const queue of queues.all()) wake(queue);
    },
  };
};

const timeoutOf = (queue: Queue, { VisibilityTimeout }: ReceiveInput): number =>
  VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout);

const check = ({
  MaxNumberOfMessages = 1,
  VisibilityTimeout = 0,
  WaitTimeSeconds = 0,
}: ReceiveInput): void => {
  const inRange = (value: number, minimum: number, maximum: number, name: string, reason: string) => {
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
    throw invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
  };
  inRange(MaxNumberOfMessages, 1, 10, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.');
  inRange(VisibilityTimeout, 0, 43_200, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.');
  inRange(WaitTimeSeconds, 0, 20, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.');
};
