import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

/** A change of an item. */
export interface StreamedItem {
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly item: Readonly<Record<string, unknown>>;
}

/**
 * A batch of a table's stream. Sequence numbers are `100`, `101` and so on.
 *
 * @example
 * await handler(streamEvent([{ item: outboxEntry(OrderPlaced, data, { correlationId }) }]), context);
 */
export const streamEvent = (changes: readonly StreamedItem[]): DynamoDBStreamEvent => ({
  Records: changes.map(({ eventName = 'INSERT', item }, index): DynamoDBRecord => {
    const image = marshall(item, { removeUndefinedValues: true }) as Record<string, AttributeValue>;
    return {
      eventID: String(index),
      eventName,
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        SequenceNumber: String(100 + index),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        ...(eventName === 'REMOVE' ? { OldImage: image } : { NewImage: image }),
      },
    };
  }),
});
