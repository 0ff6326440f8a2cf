import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import { compileFilters, type FilterCriteria } from '../streams/filter.ts';

export interface QueueMapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: FilterCriteria;
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { DataType: string; StringValue?: string }>>;
}

interface Options {
  readonly mapping: QueueMapping;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Batches of one queue at once. Lambda starts with five and goes up; this machine has few cores. */
const CONCURRENT_BATCHES = 4;
/** The longest wait before a failed message is tried again; a queue's own time-out may be minutes. */
const MAX_RETRY_SECONDS = 10;

/** Receives from a queue and invokes the function with each batch until the signal aborts. */
export const pollQueue = async (cloud: Cloud, { mapping, caller, signal }: Options): Promise<void> => {
  const name = mapping.EventSourceArn.split(':').at(-1) ?? '';
  const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/${name}`;
  const batches = new Set<Promise<void>>();
  const atOnce = Math.min(
    mapping.ScalingConfig?.MaximumConcurrency ?? CONCURRENT_BATCHES,
    CONCURRENT_BATCHES,
  );

  while (!signal.aborted) {
    try {
      const messages = await receive(cloud, caller, QueueUrl, mapping.BatchSize ?? 10);
      if (messages.length === 0 || signal.aborted) continue;
      const batch = deliver(cloud, { mapping, caller, signal, QueueUrl, messages })
        .catch((error) => {
          if (!signal.aborted) cloud.log.error(name, String(error));
        })
        .finally(() => batches.delete(batch));
      batches.add(batch);
      if (batches.size >= atOnce) await Promise.race(batches);
    } catch (error) {
      if (signal.aborted) return;
      // The authorizer has printed which link is missing; AWS would not even create this event source.
      if (error instanceof AwsError && error.code === 'AccessDeniedException') return;
      cloud.log.error(name, `cannot be read: ${error}`);
      await delay(1000, undefined, { signal }).catch(() => {});
    }
  }
};

const receive = async (
  cloud: Cloud,
  caller: Caller,
  QueueUrl: string,
  batchSize: number,
): Promise<Message[]> => {
  const { Messages = [] } = await cloud.call<{ Messages?: Message[] }>(caller, 'sqs', 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: Math.min(batchSize, 10),
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return Messages;
};

interface Batch extends Options {
  readonly QueueUrl: string;
  readonly messages: readonly Message[];
}

const deliver = async (
  cloud: Cloud,
  { mapping, caller, signal, QueueUrl, messages }: Batch,
): Promise<void> => {
  const matches = compileFilters(mapping.FilterCriteria);
  const records = messages.map((message) => toRecord(cloud.region, mapping, message));
  // A message that no filter lets through is deleted unseen, as by Lambda.
  const wanted = records.filter((record) => matches({ ...record, body: parsed(record.body) }));
  const failed = wanted.length === 0 ? new Set<string>() : await invoke(cloud, mapping, wanted);
  // The function was cut off by the stop; its messages are delivered again at the next start.
  if (signal.aborted) return;
  const handled = messages.filter(({ MessageId }) => !failed.has(MessageId));
  const Entries = handled.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await Promise.all([
    ...(Entries.length === 0 ? [] : [cloud.call(caller, 'sqs', 'DeleteMessageBatch', { QueueUrl, Entries })]),
    ...messages
      .filter(({ MessageId }) => failed.has(MessageId))
      .map((message) => retryLater(cloud, QueueUrl, message)),
  ]);
};

/** The identifiers of the messages that the function did not handle. */
const invoke = async (
  cloud: Cloud,
  mapping: QueueMapping,
  records: readonly { messageId: string }[],
): Promise<Set<string>> => {
  const all = new Set(records.map(({ messageId }) => messageId));
  const { payload, functionError } = await cloud.invoke(mapping.FunctionName, { Records: records });
  if (functionError !== undefined) return all;
  if (!mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures')) return new Set();
  const answer = parsed(payload) as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
  const failed = answer?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier ?? '') ?? [];
  // Lambda takes an identifier that it does not know for the failure of the whole batch.
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
};

/** Lambda lets the visibility time-out pass. Here a message comes back after 1, 2, 4… seconds, if that is sooner; what it counts towards is the same. */
const retryLater = async (cloud: Cloud, QueueUrl: string, message: Message): Promise<void> => {
  const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
    { kind: 'root' },
    'sqs',
    'GetQueueAttributes',
    { QueueUrl, AttributeNames: ['VisibilityTimeout'] },
  );
  const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  const VisibilityTimeout = Math.min(
    2 ** (attempt - 1),
    MAX_RETRY_SECONDS,
    Number(Attributes.VisibilityTimeout ?? 30),
  );
  await cloud.call({ kind: 'root' }, 'sqs', 'ChangeMessageVisibility', {
    QueueUrl,
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout,
  });
};

const toRecord = (awsRegion: string, mapping: QueueMapping, message: Message) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => [
      name,
      { stringValue: StringValue, dataType: DataType, stringListValues: [], binaryListValues: [] },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: mapping.EventSourceArn,
  awsRegion,
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
