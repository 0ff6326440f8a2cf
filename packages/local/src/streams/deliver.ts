import { setTimeout as delay } from 'node:timers/promises';
import type { Caller, Cloud, Invocation } from '../cloud.ts';
import type { StreamRecord } from './reader.ts';

export interface StreamMapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly StartingPosition?: 'LATEST' | 'TRIM_HORIZON';
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
}

export interface Delivery {
  readonly mapping: StreamMapping;
  readonly caller: Caller;
  readonly shardId: string;
  readonly signal: AbortSignal;
  /** Everything up to this record is dealt with. */
  done(record: StreamRecord): void;
}

/** Between two attempts: 100 ms, doubling to 10 s. */
const backoff = (attempt: number): number => Math.min(100 * 2 ** (attempt - 1), 10_000);

/** Has the function handle the records in order: splits, retries and gives up as the mapping says. Returns early when the signal aborts. */
export const deliver = async (
  cloud: Cloud,
  delivery: Delivery,
  records: readonly StreamRecord[],
): Promise<void> => {
  let left = records;
  for (let attempt = 1; left.length > 0 && !delivery.signal.aborted; attempt += 1) {
    const outcome = await cloud.invoke(delivery.mapping.FunctionName, { Records: left });
    if (delivery.signal.aborted) return;
    const handled = countHandled(delivery.mapping, outcome, left);
    if (handled > 0) {
      delivery.done(left[handled - 1] as StreamRecord);
      left = left.slice(handled);
      attempt = 1;
    }
    if (left.length === 0) return;
    // A split does not count as an attempt; so one bad record is found without its neighbours being given up.
    if (delivery.mapping.BisectBatchOnFunctionError === true && left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      await deliver(cloud, delivery, left.slice(0, middle));
      await deliver(cloud, delivery, left.slice(middle));
      return;
    }
    if (isExhausted(delivery.mapping, attempt, left)) {
      await giveUp(cloud, delivery, left, attempt);
      delivery.done(left.at(-1) as StreamRecord);
      return;
    }
    await delay(backoff(attempt), undefined, { signal: delivery.signal }).catch(() => {});
  }
};

/** How many records, from the first on, were handled: all before the earliest that failed. */
const countHandled = (
  { FunctionResponseTypes }: StreamMapping,
  { payload, functionError }: Invocation,
  records: readonly StreamRecord[],
): number => {
  if (functionError !== undefined) return 0;
  if (!FunctionResponseTypes?.includes('ReportBatchItemFailures')) return records.length;
  const answer = JSON.parse(payload) as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
  const failures = answer?.batchItemFailures ?? [];
  if (failures.length === 0) return records.length;
  const positions = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  // An unknown identifier (-1) fails the whole batch, as Lambda has it.
  return Math.max(0, Math.min(...positions));
};

const isExhausted = (mapping: StreamMapping, attempt: number, [oldest]: readonly StreamRecord[]): boolean => {
  const { MaximumRetryAttempts: retries = -1, MaximumRecordAgeInSeconds: maxAge = -1 } = mapping;
  const age = Date.now() / 1000 - (oldest?.dynamodb.ApproximateCreationDateTime ?? 0);
  return (retries >= 0 && attempt > retries) || (maxAge > 0 && age > maxAge);
};

/** Tells the mapping's destination which records were left behind, and goes on. */
const giveUp = async (
  cloud: Cloud,
  { mapping, caller, shardId }: Delivery,
  records: readonly StreamRecord[],
  attempts: number,
): Promise<void> => {
  const [first, last] = [records[0], records.at(-1)].map((record) => record?.dynamodb.SequenceNumber);
  const queue = mapping.DestinationConfig?.OnFailure?.Destination?.split(':').at(-1);
  const where = queue === undefined ? 'lost, for the mapping names no destination' : `sent to ${queue}`;
  cloud.log.error(
    mapping.FunctionName,
    `gave up stream records ${first} to ${last} after ${attempts} attempts: ${where}`,
  );
  if (queue === undefined) return;
  await cloud.call(caller, 'sqs', 'SendMessage', {
    QueueUrl: `${cloud.endpoint}/${cloud.accountId}/${queue}`,
    MessageBody: JSON.stringify({
      requestContext: {
        functionArn: mapping.FunctionName,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: attempts,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: first,
        endSequenceNumber: last,
        batchSize: records.length,
        streamArn: mapping.EventSourceArn,
      },
    }),
  });
};
