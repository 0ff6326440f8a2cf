import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Cloud } from '../cloud.ts';
import type { EventSource } from '../event-sources.ts';
import { createDelivery } from './deliver.ts';
import type { QueueMapping } from './mapping.ts';
import type { Received } from './received.ts';

/** Batches of one queue at once, unless the mapping says more or less: as many as a function has workers here. */
const CONCURRENT_BATCHES = 4;
/** SQS gives no more at once. */
const MAX_RECEIVE = 10;

interface Options extends EventSource<QueueMapping> {
  readonly signal: AbortSignal;
}

/** Receives from a queue and invokes the function with each batch until the signal aborts. */
export const pollQueue = async (cloud: Cloud, options: Options): Promise<void> => {
  const { mapping, signal } = options;
  const queue = mapping.EventSourceArn.slice(mapping.EventSourceArn.lastIndexOf(':') + 1);
  const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/${queue}`;
  const deliver = createDelivery(cloud, { ...options, QueueUrl });
  const atOnce = mapping.ScalingConfig?.MaximumConcurrency ?? CONCURRENT_BATCHES;
  const batches = new Set<Promise<void>>();

  while (!signal.aborted) {
    try {
      // Only what can be worked on is received: a message that waits here loses of its visibility time-out.
      if (batches.size >= atOnce) await Promise.race(batches);
      const messages = await gather(cloud, options, QueueUrl);
      if (messages.length === 0 || signal.aborted) continue;
      const batch = deliver(messages)
        .catch((error) => {
          if (!signal.aborted) cloud.log.error(queue, String(error));
        })
        .finally(() => batches.delete(batch));
      batches.add(batch);
    } catch (error) {
      if (signal.aborted) return;
      // The authorizer has printed which link is missing; AWS would not even create this event source.
      if (error instanceof AwsError && error.code === 'AccessDeniedException') return;
      // That the disk is full has been said.
      const isSaid = error instanceof AwsError && error.status === 503;
      if (!isSaid) cloud.log.error(queue, `cannot be read: ${error}`);
      await delay(1000, undefined, { signal }).catch(() => {});
    }
  }
};

/** A batch: what is there, or what comes within the window, up to the batch size. */
const gather = async (
  cloud: Cloud,
  { mapping, caller, signal }: Options,
  QueueUrl: string,
): Promise<readonly Received[]> => {
  const { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0 } = mapping;
  const receive = async (wanted: number, WaitTimeSeconds: number): Promise<readonly Received[]> => {
    const { Messages = [] } = await cloud.call<{ Messages?: Received[] }>(caller, 'sqs', 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: Math.min(wanted, MAX_RECEIVE),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages;
  };
  const messages = [...(await receive(BatchSize, 20))];
  if (window === 0 || messages.length === 0) return messages;
  const end = performance.now() + window * 1000;
  let bytes = bytesOf(messages);
  for (let isOver = false; !isOver && !signal.aborted; ) {
    if (messages.length >= BatchSize || bytes >= MAX_BATCH_BYTES) break;
    const left = end - performance.now();
    // SQS waits for whole seconds only.
    if (left < 1000) await delay(Math.max(0, left), undefined, { signal }).catch(() => {});
    isOver = left < 1000;
    const seconds = isOver ? 0 : Math.min(20, Math.floor(left / 1000));
    const more = await receive(BatchSize - messages.length, seconds);
    messages.push(...more);
    bytes += bytesOf(more);
  }
  return messages;
};

/** 6 MB: Lambda's limit of an event. */
const MAX_BATCH_BYTES = 6 * 1024 * 1024;

const bytesOf = (messages: readonly Received[]): number =>
  messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0);
