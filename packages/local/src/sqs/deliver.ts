import { reportedFailures } from '../batch-failures.ts';
import { AwsError, type Cloud } from '../cloud.ts';
import type { EventSource } from '../event-sources.ts';
import { compileFilters } from '../streams/filter.ts';
import type { QueueMapping } from './mapping.ts';
import type { Received } from './received.ts';
import { type QueueRecord, toRecord } from './record.ts';

interface Options extends EventSource<QueueMapping> {
  readonly signal: AbortSignal;
  readonly QueueUrl: string;
}

interface Item {
  readonly message: Received;
  readonly record: QueueRecord;
}

/** 6 MB is Lambda's limit of an event; a little is for what is around the records. */
const MAX_RECORDS_BYTES = 6 * 1024 * 1024 - 1024;

/**
 * Gives what has a function handle a batch. Handled messages are deleted. The others are left alone, so they come
 * back when the queue's visibility time-out is over, as on AWS: after a failure, a throttled invocation, a stop.
 */
export const createDelivery = (
  cloud: Cloud,
  { mapping, caller, signal, QueueUrl }: Options,
): ((messages: readonly Received[]) => Promise<void>) => {
  const matches = compileFilters(mapping.FilterCriteria);
  const isFiltered = (mapping.FilterCriteria?.Filters?.length ?? 0) > 0;

  const remove = async (messages: readonly Received[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += 10) {
      const Entries = messages
        .slice(from, from + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await cloud.call(caller, 'sqs', 'DeleteMessageBatch', { QueueUrl, Entries });
    }
  };

  const handle = async (items: readonly Item[]): Promise<void> => {
    const failed = await failedOf(cloud, mapping, items);
    // The function was cut off by the stop; its messages are delivered again at the next start.
    if (signal.aborted) return;
    await remove(items.filter(({ record }) => !failed.has(record.messageId)).map(({ message }) => message));
  };

  return async (messages) => {
    const items = messages.map((message) => ({
      message,
      record: toRecord(cloud.region, mapping.EventSourceArn, message),
    }));
    if (!isFiltered) return inEvents(items, handle);
    const wanted = items.filter(({ record }) => matches({ ...record, body: parsed(record.body) }));
    // A message that no filter lets through is deleted unseen, as by Lambda.
    await remove(items.filter((item) => !wanted.includes(item)).map(({ message }) => message));
    await inEvents(wanted, handle);
  };
};

/** The identifiers of the messages that the function did not handle. */
const failedOf = async (
  cloud: Cloud,
  mapping: QueueMapping,
  items: readonly Item[],
): Promise<ReadonlySet<string>> => {
  const all = new Set(items.map(({ record }) => record.messageId));
  try {
    const outcome = await cloud.invoke(mapping.FunctionName, { Records: items.map(({ record }) => record) });
    if (outcome.functionError !== undefined) return all;
    if (!mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures')) return new Set();
    const failures = reportedFailures(outcome, (id) => all.has(id));
    return failures === 'all' ? all : new Set(failures);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'TooManyRequestsException') return all;
    throw error;
  }
};

/** Most batches are one event; ten messages of 1 MiB are more than Lambda takes at once. */
const inEvents = async (
  items: readonly Item[],
  handle: (items: readonly Item[]) => Promise<void>,
): Promise<void> => {
  if (items.length === 0) return;
  if (items.length <= 10 && items.every(isSmall)) return handle(items);
  let event: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item.record)) + 1;
    if (event.length > 0 && bytes + size > MAX_RECORDS_BYTES) {
      await handle(event);
      event = [];
      bytes = 0;
    }
    event.push(item);
    bytes += size;
  }
  await handle(event);
};

/** Ten of them fit into an event whatever they hold: a character takes at most six bytes of JSON. */
const isSmall = ({ record }: Item): boolean =>
  record.body.length < 50_000 && record.md5OfMessageAttributes === undefined;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
