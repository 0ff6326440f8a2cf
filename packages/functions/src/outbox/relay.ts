import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { countMisjudged, logger, observe } from '../observability.ts';
import { traced } from '../tracing.ts';
import { chunk } from './chunk.ts';
import { platformBus } from './platform-bus.ts';
import { type OutgoingEvent, readOutboxRecord } from './record.ts';

let client: EventBridgeClient | undefined;
const eventBridge = (): EventBridgeClient => {
  client ??= traced(new EventBridgeClient({}));
  return client;
};

/**
 * A Lambda handler for a table's stream that publishes its {@link outboxEntry} items on the bus, at least once and
 * in the stream's order. At the first event that isn't accepted it stops and reports its sequence number: Lambda
 * tries again from there, splits the batch, and in the end sets that record aside in the dead-letter queue.
 *
 * @param bus the bus; by default `platform.EventBus`, which the plugin's `outbox` event links by itself.
 *
 * @example
 * export const handler = outboxRelay();
 */
export const outboxRelay = (bus: string | { readonly name: string } = platformBus) =>
  middy(
    (batch: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
      observe(context, async () => {
        const failed = await relay(batch.Records, typeof bus === 'string' ? bus : bus.name);
        if (failed !== undefined) countMisjudged('Faults');
        return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
      }),
  );

/** Publishes what the records hold. Gives the sequence number of the first one that failed. */
const relay = async (records: readonly DynamoDBRecord[], busName: string): Promise<string | undefined> => {
  const { outgoing, unreadable } = readAll(records);
  for (const events of chunk(outgoing, (event) => event.detail)) {
    const failed = await publish(events, busName);
    if (failed) return failed.sequenceNumber;
  }
  return unreadable;
};

/** Reads up to the first record that can't be read: what comes after it is tried again anyway. */
const readAll = (records: readonly DynamoDBRecord[]) => {
  const outgoing: OutgoingEvent[] = [];
  for (const record of records) {
    try {
      const event = readOutboxRecord(record);
      if (event) outgoing.push(event);
    } catch (error) {
      const sequenceNumber = record.dynamodb?.SequenceNumber;
      logger.error('Outbox entry is unreadable', { error: error as Error, sequenceNumber });
      // Without a sequence number there is no place to go on from: the whole batch has to fail.
      if (sequenceNumber === undefined) throw error;
      return { outgoing, unreadable: sequenceNumber };
    }
  }
  return { outgoing, unreadable: undefined };
};

/** Sends one call's worth of events. Gives the first one that the bus didn't take. */
const publish = async (
  events: readonly OutgoingEvent[],
  busName: string,
): Promise<OutgoingEvent | undefined> => {
  const Entries = events.map(
    ({ source, detailType, detail, occurredAt }): PutEventsRequestEntry => ({
      EventBusName: busName,
      Source: source,
      DetailType: detailType,
      Detail: detail,
      Time: new Date(occurredAt),
    }),
  );
  try {
    const answer = await eventBridge().send(new PutEventsCommand({ Entries }));
    if (!answer.FailedEntryCount) return undefined;
    const index = answer.Entries?.findIndex((entry) => entry.ErrorCode !== undefined) ?? -1;
    const { ErrorCode, ErrorMessage } = answer.Entries?.[index] ?? {};
    // A count of failures without saying which: none of them can be taken as sent.
    const failed = events[Math.max(index, 0)];
    logger.error('The bus refused an event', {
      eventId: failed?.id,
      correlationId: failed?.correlationId,
      failedEntryCount: answer.FailedEntryCount,
      ErrorCode,
      ErrorMessage,
    });
    return failed;
  } catch (error) {
    logger.error('The bus could not be reached', {
      error: error as Error,
      busName,
      eventIds: events.map((e) => e.id),
    });
    return events[0];
  }
};
