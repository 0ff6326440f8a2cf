import type { EventContract, EventData } from '@emporium/contracts';
import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** An event in a queue, or with `body` a message that is something else. */
export type QueuedEvent<Contract extends EventContract = EventContract> =
  | {
      readonly contract: Contract;
      readonly data: EventData<Contract>;
      readonly id?: string;
      readonly correlationId?: string;
      readonly occurredAt?: string;
    }
  | { readonly body: string };

const bodyOf = (event: QueuedEvent, index: number): string => {
  if ('body' in event) return event.body;
  const { contract, data, correlationId = 'test', occurredAt = '2026-01-01T00:00:00.000Z' } = event;
  const id = event.id ?? `evt_01JZ8K3V5T2M4N6P8Q0R1S${String(index).padStart(4, '0')}`;
  return JSON.stringify({
    version: '0',
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    source: `emporium.${contract.context}`,
    'detail-type': contract.name,
    account: '000000000000',
    time: occurredAt.replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [],
    detail: { metadata: { id, occurredAt, correlationId }, data },
  });
};

/**
 * A batch of a function's queue, holding events as EventBridge puts them there. Message ids are `message-0`,
 * `message-1` and so on.
 *
 * @example
 * await handler(sqsEvent([{ contract: ProductPublished, data: { sku, name, price, version: 1 } }]), context);
 */
export const sqsEvent = (events: readonly QueuedEvent[]): SQSEvent => ({
  Records: events.map(
    (event, index): SQSRecord => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: bodyOf(event, index),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1767225600000',
        SenderId: 'test',
        ApproximateFirstReceiveTimestamp: '1767225600000',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
      awsRegion: 'us-east-1',
    }),
  ),
});
