import { type MessageAttributes, md5OfAttributes } from './message-attributes.ts';
import type { Queue } from './queues.ts';
import { receiptHandleOf } from './receipt-handle.ts';

export interface ReceiveInput {
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

/** A message as it is kept. */
export interface Row {
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

/** A message as it is given, with what the receiver asked for. */
export const outputOf = (queue: Queue, row: Row, input: ReceiveInput): Received => {
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
