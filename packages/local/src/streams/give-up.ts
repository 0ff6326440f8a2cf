import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Cloud } from '../cloud.ts';
import type { EventSource } from '../event-sources.ts';
import type { StreamMapping } from './mapping.ts';
import type { Entry } from './progress.ts';

export interface GiveUpOptions extends EventSource<StreamMapping> {
  readonly signal: AbortSignal;
  shardId(): string;
}

export interface Failure {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function was invoked with these records. */
  readonly invocations: number;
}

/** Between two attempts to reach a destination that does not answer. */
const RETRY_MS = 1_000;

/** Gives what tells the mapping's destination which records were left behind. */
export const createGiveUp = (cloud: Cloud, options: GiveUpOptions) => {
  const { mapping, functionName, caller, signal } = options;
  const destination = mapping.DestinationConfig?.OnFailure?.Destination;
  const name = destination?.slice(destination.lastIndexOf(':') + 1);

  const send = (message: string): Promise<unknown> =>
    destination?.split(':')[2] === 'sns'
      ? cloud.call(caller, 'sns', 'Publish', { TopicArn: destination, Message: message })
      : cloud.call(caller, 'sqs', 'SendMessage', {
          QueueUrl: `${cloud.endpoint}/${cloud.accountId}/${name}`,
          MessageBody: message,
        });

  return async (batch: readonly Entry[], failure: Failure): Promise<void> => {
    const [first, last] = [batch[0], batch.at(-1)].map((entry) => entry?.record.dynamodb.SequenceNumber);
    const where = name === undefined ? 'lost, for the mapping names no destination' : `sent to ${name}`;
    cloud.log.error(
      functionName,
      `gave up stream records ${first} to ${last} after ${failure.invocations} attempts (${failure.condition}): ${where}`,
    );
    if (destination === undefined) return;
    const message = JSON.stringify(describe(options, batch, failure));
    while (!signal.aborted) {
      try {
        await send(message);
        return;
      } catch (error) {
        const isPassing = error instanceof AwsError && error.status >= 500;
        cloud.log.error(functionName, `records ${first} to ${last} could not be sent to ${name}: ${error}`);
        // What may not be sent can't be sent later either; as Lambda does, the stream goes on.
        if (!isPassing) return;
        await delay(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
};

/** Lambda's invocation record, version 1.0. It points at the records; they stay in the stream for a day. */
const describe = (
  { mapping, shardId, functionName }: GiveUpOptions,
  batch: readonly Entry[],
  { condition, invocations }: Failure,
) => {
  const [first, last] = [batch[0], batch.at(-1)].map((entry) => entry?.record.dynamodb);
  const arrival = (seconds: number | undefined) =>
    new Date((seconds ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.FunctionName.startsWith('arn:') ? mapping.FunctionName : functionName,
      condition,
      approximateInvokeCount: invocations,
    },
    // Without an invocation there was no response.
    ...(invocations > 0 && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    }),
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: shardId(),
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: batch.length,
      streamArn: mapping.EventSourceArn,
    },
  };
};
