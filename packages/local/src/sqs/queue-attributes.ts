import { AwsError } from '../cloud.ts';
import { invalidParameter } from './errors.ts';

/** What a queue is configured with, as text, the way SQS keeps and answers it. */
export type QueueAttributes = Readonly<Record<string, string>>;

export const DEFAULTS: QueueAttributes = {
  VisibilityTimeout: '30',
  // 1 MiB since August 2025.
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
};

const ranges: Record<string, readonly [number, number]> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const settable = new Set([
  ...Object.keys(ranges),
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
]);

/** What may be asked for: what can be set, and what the queue knows of itself. */
export const attributeNames: ReadonlySet<string> = new Set([
  ...settable,
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'FifoQueue',
  'LastModifiedTimestamp',
  'QueueArn',
]);

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

/** Throws what SQS says of attributes that can't be set. */
export const checkQueueAttributes = (attributes: QueueAttributes): void => {
  for (const [name, value] of Object.entries(attributes)) {
    if (!settable.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const range = ranges[name];
    const number = Number(value);
    if (range !== undefined && !(Number.isInteger(number) && number >= range[0] && number <= range[1])) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    }
  }
};

export const redrivePolicyOf = ({ RedrivePolicy }: QueueAttributes): RedrivePolicy | undefined => {
  if (!RedrivePolicy) return undefined;
  const invalid = (reason: string) =>
    invalidParameter(`Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const { deadLetterTargetArn, maxReceiveCount } = parse(RedrivePolicy, () =>
    invalid('Redrive policy is not a valid JSON map.'),
  ) as Partial<RedrivePolicy>;
  if (deadLetterTargetArn === undefined || maxReceiveCount === undefined) {
    throw invalid(
      'Redrive policy does not contain mandatory attribute: deadLetterTargetArn and maxReceiveCount.',
    );
  }
  // AWS takes a number in quotes as well.
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalid(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
};

/** Whether a queue lets another one use it for its dead letters; everybody may, unless it says otherwise. */
export const allowsRedriveFrom = ({ RedriveAllowPolicy }: QueueAttributes, sourceArn: string): boolean => {
  if (!RedriveAllowPolicy) return true;
  const { redrivePermission, sourceQueueArns = [] } = parse(RedriveAllowPolicy, () =>
    invalidParameter(
      `Value ${RedriveAllowPolicy} for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.`,
    ),
  ) as RedriveAllowPolicy;
  if (redrivePermission === 'byQueue') return sourceQueueArns.includes(sourceArn);
  return redrivePermission !== 'denyAll';
};

const parse = (text: string, error: () => AwsError): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw error();
  }
};
