import type { EventContract } from '@emporium/contracts';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { countMisjudged, logger, metrics, type Observability, observe } from '../observability.ts';
import { tracer } from '../tracing.ts';
import type { Dedupe } from './dedupe.ts';
import { type ReceivedEvent, readEvent } from './envelope.ts';

export type { ReceivedEvent } from './envelope.ts';

/** What a consumer takes. */
export interface EventHandlerOptions<Contract extends EventContract> {
  /** The events that the function subscribes to. */
  readonly events: readonly Contract[];
  /** Leaves out events that were dealt with before, see {@link dedupeIn}. */
  readonly dedupe?: Dedupe;
}

/**
 * A Lambda handler for EventBridge events that come through an SQS queue. Each message of a batch succeeds or
 * fails alone: only what failed is delivered again, and what can't be read ends in the dead-letter queue.
 *
 * @example
 * export const handler = eventHandler({ events: [ProductPublished, ProductRetired] }, async (event) => {
 *   if (event.name === 'ProductPublished') await store.keepPrice(event.data);
 *   else await store.dropPrice(event.data);
 * });
 */
export const eventHandler = <const Contract extends EventContract>(
  { events, dedupe }: EventHandlerOptions<Contract>,
  run: (event: ReceivedEvent<Contract>, context: Observability) => Promise<void>,
) => {
  const consume = async (consumer: string, event: ReceivedEvent<Contract>): Promise<void> => {
    const { id, name, correlationId } = event;
    // The messages of a batch run side by side, so each has a logger of its own.
    const own = logger.createChild();
    own.appendKeys({ correlationId, eventId: id });
    try {
      if (await dedupe?.seen(consumer, id)) return own.info(`${name} was dealt with before`);
      await run(event, { correlationId, logger: own, metrics, tracer });
      await dedupe?.mark(consumer, id);
    } catch (error) {
      own.error(`${name} failed`, error as Error);
      throw error;
    }
  };

  const handleBatch = (records: readonly SQSRecord[], consumer: string) => {
    // The same event twice in a batch is consumed once: side by side, neither would see the other's mark.
    const inBatch = new Map<string, Promise<void>>();
    return runBatch(records, ({ body, messageId }) => {
      const event = read(events, body, messageId);
      const consumed = inBatch.get(event.id) ?? consume(consumer, event);
      inBatch.set(event.id, consumed);
      return consumed;
    });
  };

  return middy(
    (batch: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
      observe(context, () => handleBatch(batch.Records, context.functionName)),
  );
};

const read = <Contract extends EventContract>(
  events: readonly Contract[],
  body: string,
  messageId: string,
) => {
  try {
    return readEvent(events, body);
  } catch (error) {
    logger.error('Unreadable message', { error: error as Error, messageId });
    throw error;
  }
};

const runBatch = async (
  records: readonly SQSRecord[],
  run: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(records.map(async (record) => run(record)));
  countMisjudged('Faults', results.filter(({ status }) => status === 'rejected').length);
  return {
    batchItemFailures: records.flatMap((record, index) =>
      results[index]?.status === 'rejected' ? [{ itemIdentifier: record.messageId }] : [],
    ),
  };
};
