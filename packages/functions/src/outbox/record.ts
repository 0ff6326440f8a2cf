import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import { describeErrors, validate } from '../validation.ts';

/** An event as it is sent to the bus, and where in the stream it stood. */
export interface OutgoingEvent {
  readonly sequenceNumber: string;
  readonly id: string;
  readonly correlationId: string;
  readonly source: string;
  readonly detailType: string;
  /** JSON. */
  readonly detail: string;
  readonly occurredAt: string;
}

const Entry = v.object({
  event: v.object({
    source: v.string(),
    detailType: v.string(),
    detail: v.object({
      metadata: v.object({
        id: v.string(),
        occurredAt: v.pipe(v.string(), v.isoTimestamp()),
        correlationId: v.string(),
      }),
      data: v.unknown(),
    }),
  }),
});

/**
 * The event in a stream record, or nothing where the record is no new outbox entry.
 *
 * @throws TypeError when it is one and can't be read.
 */
export const readOutboxRecord = ({ eventName, dynamodb }: DynamoDBRecord): OutgoingEvent | undefined => {
  // The event source's filter lets nothing else through; an entry that expires must never be sent again.
  if (eventName !== 'INSERT' || dynamodb?.NewImage?.kind?.S !== 'outbox') return undefined;
  const { SequenceNumber, NewImage } = dynamodb;
  if (SequenceNumber === undefined) throw new TypeError('Stream record without a sequence number');
  const entry = validate(Entry, unmarshall(NewImage as Parameters<typeof unmarshall>[0]));
  if ('errors' in entry) throw new TypeError(describeErrors(entry.errors));
  const { source, detailType, detail } = entry.value.event;
  return {
    ...detail.metadata,
    sequenceNumber: SequenceNumber,
    source,
    detailType,
    detail: JSON.stringify(detail),
  };
};
