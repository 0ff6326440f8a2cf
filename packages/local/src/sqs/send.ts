import { hash, randomUUID } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import { type BatchOutput, checkBatch, eachEntry } from './batch.ts';
import type { Database } from './database.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import {
  checkAttributes,
  checkText,
  type MessageAttributes,
  md5OfAttributes,
  sizeOf,
} from './message-attributes.ts';
import { type Queue, wake } from './queues.ts';

interface Message {
  readonly MessageBody?: string;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: { readonly StringValue?: string } };
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface Sent {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly SequenceNumber?: string;
}

type BatchEntry = Message & { readonly Id: string };

export interface Sender {
  send(queue: Queue, message: Message): Sent;
  sendBatch(queue: Queue, entries: readonly BatchEntry[] | undefined): BatchOutput<Sent>;
}

/** Within it, a FIFO queue takes a second message with the same deduplication id for the first one. */
export const DEDUPLICATION_MS = 5 * 60_000;
const MAX_BATCH_BYTES = 1_048_576;

export interface Clocks {
  /** For deadlines: never jumps. */
  readonly now: () => number;
  /** For what a message tells of itself. */
  readonly wall: () => number;
}

export const createSender = (db: Database, { now, wall }: Clocks): Sender => {
  const insert = db.prepare(
    `INSERT INTO messages (queue, id, body, body_md5, attributes, trace, sent_at, visible_at, group_id, deduplication_id, sequence_number)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const number = db.prepare('UPDATE messages SET sequence_number = ? WHERE position = ?');
  const known = db.prepare(
    'SELECT message_id, sequence_number FROM deduplications WHERE queue = ? AND deduplication_id = ? AND at > ?',
  );
  const remember = db.prepare('INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?, ?)');

  const put = (queue: Queue, message: Checked): Sent => {
    const { body, attributes, delaySeconds, group, deduplication } = message;
    const digests = {
      MD5OfMessageBody: hash('md5', body),
      ...(attributes !== undefined && { MD5OfMessageAttributes: md5OfAttributes(attributes) }),
    };
    if (deduplication !== undefined) {
      const earlier = known.get(queue.name, deduplication.key, now() - DEDUPLICATION_MS);
      if (earlier !== undefined) {
        const { message_id, sequence_number } = earlier as Record<string, string>;
        return { MessageId: String(message_id), ...digests, SequenceNumber: String(sequence_number) };
      }
    }
    const id = randomUUID();
    const { lastInsertRowid } = insert.run(
      queue.name,
      id,
      body,
      digests.MD5OfMessageBody,
      attributes === undefined ? null : JSON.stringify(attributes),
      message.trace ?? null,
      wall(),
      now() + delaySeconds * 1000,
      group ?? null,
      deduplication?.id ?? null,
      null,
    );
    if (deduplication === undefined) return { MessageId: id, ...digests };
    // Twenty digits, rising within a group; AWS's numbers have gaps as well.
    const sequence = `1${String(lastInsertRowid).padStart(19, '0')}`;
    number.run(sequence, lastInsertRowid);
    remember.run(queue.name, deduplication.key, id, sequence, now());
    return { MessageId: id, ...digests, SequenceNumber: sequence };
  };

  return {
    send: (queue, message) => {
      const checked = check(queue, message);
      const sent = db.transaction(() => put(queue, checked));
      wake(queue);
      return sent;
    },
    sendBatch: (queue, entries = []) => {
      checkBatch('SendMessageBatch', entries);
      const size = entries.reduce(
        (sum, { MessageBody = '', MessageAttributes }) => sum + sizeOf(MessageBody, MessageAttributes),
        0,
      );
      if (size > MAX_BATCH_BYTES) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${size} bytes.`,
        );
      }
      const output = db.transaction(() => eachEntry(entries, (entry) => put(queue, check(queue, entry))));
      if (output.Successful.length > 0) wake(queue);
      return output;
    },
  };
};

interface Checked {
  readonly body: string;
  readonly attributes: MessageAttributes | undefined;
  readonly trace: string | undefined;
  readonly delaySeconds: number;
  readonly group: string | undefined;
  /** Of a FIFO queue: what the sender named, or the body's digest; and within which scope it counts. */
  readonly deduplication: { readonly id: string; readonly key: string } | undefined;
}

const check = (queue: Queue, message: Message): Checked => {
  const { MessageBody: body, MessageAttributes: given, DelaySeconds, MessageGroupId: group } = message;
  if (!body) throw missingParameter('MessageBody');
  checkText(body);
  const attributes = given !== undefined && Object.keys(given).length > 0 ? given : undefined;
  if (attributes !== undefined) checkAttributes(attributes);
  const limit = Number(queue.attributes.MaximumMessageSize);
  if (sizeOf(body, attributes) > limit) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  const delaySeconds = DelaySeconds ?? Number(queue.attributes.DelaySeconds);
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
    throw invalidParameter(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  checkId('MessageGroupId', group);
  checkId('MessageDeduplicationId', message.MessageDeduplicationId);
  return {
    body,
    attributes,
    trace: message.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    delaySeconds,
    group,
    deduplication: queue.isFifo ? deduplicationOf(queue, message, body) : undefined,
  };
};

const checkId = (name: string, id: string | undefined): void => {
  if (id === undefined || /^[!-~]{1,128}$/.test(id)) return;
  throw invalidParameter(
    `Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
};

const deduplicationOf = (queue: Queue, message: Message, body: string): Checked['deduplication'] => {
  const { MessageGroupId: group, MessageDeduplicationId, DelaySeconds } = message;
  if (!group) throw missingParameter('MessageGroupId');
  if (DelaySeconds) {
    throw invalidParameter(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  const isByContent = queue.attributes.ContentBasedDeduplication === 'true';
  const id = MessageDeduplicationId ?? (isByContent ? hash('sha256', body) : undefined);
  if (id === undefined) {
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { id, key: queue.attributes.DeduplicationScope === 'messageGroup' ? `${group} ${id}` : id };
};
