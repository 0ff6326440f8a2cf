import type { QueueDefinition } from '../definitions.ts';
import { ownKey } from '../key.ts';
import { type Address, physicalName } from '../naming.ts';
import { getAtt, type Stage, type TemplateResource, type TemplateResources } from '../template.ts';

const FOURTEEN_DAYS = 1_209_600;

/** SQS asks KMS for a new data key once an hour for each caller, not every five minutes, as calls of KMS cost. */
const encryption = { KmsMasterKeyId: ownKey, KmsDataKeyReusePeriodSeconds: 3600 };

/** A queue of last resort. Fourteen days is the most that SQS keeps a message. */
export const deadLetterQueue = (name: string): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: `${name}-dlq`,
    MessageRetentionPeriod: FOURTEEN_DAYS,
    ...encryption,
  },
});

export interface WorkQueue {
  readonly name: string;
  readonly deadLetterQueueId: string;
  readonly visibilityTimeout: number;
  readonly maxReceiveCount?: number;
}

/** A queue whose messages move to the dead-letter queue when they have failed often enough. */
export const workQueue = ({
  name,
  deadLetterQueueId,
  visibilityTimeout,
  maxReceiveCount = 5,
}: WorkQueue): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: name,
    // Shorter than the dead-letter queue's, where the clock goes on from when the message was first sent.
    MessageRetentionPeriod: FOURTEEN_DAYS / 2,
    VisibilityTimeout: visibilityTimeout,
    ...encryption,
    RedrivePolicy: { deadLetterTargetArn: getAtt(deadLetterQueueId, 'Arn'), maxReceiveCount },
  },
});

export const queueTemplate = (
  address: Address,
  { visibilityTimeout = 60, maxReceiveCount = 5 }: QueueDefinition,
  { stage }: Stage,
): TemplateResources => {
  const name = physicalName(address, stage);
  const deadLetterQueueId = `${address.name}DeadLetterQueue`;
  return {
    [deadLetterQueueId]: deadLetterQueue(name),
    [address.name]: workQueue({ name, deadLetterQueueId, visibilityTimeout, maxReceiveCount }),
  };
};
