import type { Database } from './database.ts';
import { invalidParameter } from './errors.ts';
import { type MessageAttributes, md5OfAttributes } from './message-attributes.ts';
import { type Queue, type Queues, wake } from './queues.ts';
import { receiptHandleOf } from './receipt-handle.ts';
import type { Clocks } from './send.ts';

interface ReceiveInput {
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: MessageAttributes;
  readonly MD5OfMessageAttributes?: string;
}

interface Row {
  readonly position: number;
  readonly id: string;
  readonly body: string;
  readonly body_md5: string;
  readonly attributes: string | null;
  readonly trace: string | null;
  readonly sent_at: number;
  readonly receives: number;
  readonly first_received_at: number | null;
  readonly group_id: string | null;
  readonly deduplication_id: string | null;
  readonly sequence_number: string | null;
  readonly came_from: string | null;
}

export interface Receiver {
  /** At most ten messages; waits for the first one as long as is asked for. */
  receive(queue: Queue, input: ReceiveInput): Promise<readonly Received[]>;
  /** Ends all waiting. */
  close(): void;
}

const VISIBLE = 'SELECT * FROM messages WHERE queue = ? AND visible_at <= ? AND sent_at > ?';
/** A message of a group waits for those before it: for one that somebody works on, and for an earlier one that is delayed. */
const IN_ORDER = `SELECT * FROM messages AS m WHERE queue = ? AND visible_at <= ? AND sent_at > ? AND NOT EXISTS (
  SELECT 1 FROM messages AS other WHERE other.queue = m.queue AND other.group_id = m.group_id
  AND other.visible_at > ? AND (other.receives > 0 OR other.position < m.position)) ORDER BY position LIMIT ?`;

export const createReceiver = (db: Database, queues: Queues, { now, wall }: Clocks): Receiver => {
  const visible = db.prepare(`${VISIBLE} ORDER BY visible_at, position LIMIT ?`);
  const inOrder = db.prepare(IN_ORDER);
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

  const find = (queue: Queue, limit: number): Row[] => {
    const [at, oldest] = [now(), wall() - Number(queue.attributes.MessageRetentionPeriod) * 1000];
    const rows = queue.isFifo
      ? inOrder.all(queue.name, at, oldest, at, limit)
      : visible.all(queue.name, at, oldest, limit);
    return rows as unknown as Row[];
  };

  /** To the dead-letter queue. A standard queue counts retention from when a message was first sent, a FIFO queue anew. */
  const moveToDeadLetters = (queue: Queue, row: Row): boolean => {
    const { redrive } = queue;
    if (redrive === undefined || row.receives < redrive.maxReceiveCount) return false;
    const target = queues.byArn(redrive.deadLetterTargetArn);
    if (target === undefined) return false;
    bury.run(target.name, now(), target.isFifo ? wall() : row.sent_at, queue.arn, row.position);
    return true;
  };

  const takeNow = (queue: Queue, input: ReceiveInput): Received[] => {
    const limit = input.MaxNumberOfMessages ?? 1;
    const received: Received[] = [];
    let moved = 0;
    for (;;) {
      const rows = find(queue, limit - received.length);
      if (rows.length === 0) break;
      const before = moved;
      db.transaction(() => {
        const hiddenUntil = now() + timeoutOf(queue, input) * 1000;
        for (const row of rows) {
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

const outputOf = (queue: Queue, row: Row, input: ReceiveInput): Received => {
  const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const attributes = chosenAttributes(row.attributes, input.MessageAttributeNames);
  return {
    MessageId: row.id,
    ReceiptHandle: receiptHandleOf(row),
    Body: row.body,
    MD5OfBody: row.body_md5,
    ...(system.length > 0 && { Attributes: systemAttributes(queue, row, system) }),
    ...(attributes !== undefined && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
};

const systemAttributes = (
  { arn }: Queue,
  row: Row,
  names: readonly string[],
): Readonly<Record<string, string>> => {
  const all: Record<string, string | null> = {
    ApproximateReceiveCount: String(row.receives),
    SentTimestamp: String(row.sent_at),
    SenderId: arn.split(':')[4] ?? '',
    ApproximateFirstReceiveTimestamp: String(row.first_received_at),
    SequenceNumber: row.sequence_number,
    MessageDeduplicationId: row.deduplication_id,
    MessageGroupId: row.group_id,
    AWSTraceHeader: row.trace,
    DeadLetterQueueSourceArn: row.came_from,
  };
  const chosen: Record<string, string> = {};
  for (const name of names.includes('All') ? Object.keys(all) : names) {
    const value = all[name];
    if (value) chosen[name] = value;
  }
  return chosen;
};

/** The attributes that were asked for, by name, by `prefix.*`, or all of them. */
const chosenAttributes = (
  text: string | null,
  names: readonly string[] | undefined,
): MessageAttributes | undefined => {
  if (text === null || !names?.length) return undefined;
  const all = JSON.parse(text) as MessageAttributes;
  if (names.some((name) => name === 'All' || name === '.*')) return all;
  const entries = Object.entries(all).filter(([key]) =>
    names.some((name) => (name.endsWith('.*') ? key.startsWith(name.slice(0, -1)) : name === key)),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};
