import { join } from 'node:path';
import type { Api, Cloud, Resource, Running } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { type Engine, openEngine } from './engine.ts';

/** SQS: the queues of the templates, their messages kept in the data folder. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const engine = await openEngine(join(cloud.dataFolder, 'sqs'), cloud.region);
  for (const queue of cloud.ofType<QueueProperties>('AWS::SQS::Queue')) await create(engine, queue);
  return {
    api: encryptedAtRest(cloud, 'AWS::SQS::Queue', createApi(cloud, engine)),
    stop: () => engine.close(),
  };
};

interface QueueProperties {
  readonly RedrivePolicy?: object | string;
  readonly [attribute: string]: unknown;
}

/** The template's properties that are attributes of a queue under the same name. */
const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

const create = async (engine: Engine, { arn, properties }: Resource<QueueProperties>): Promise<void> => {
  const QueueName = arn.split(':').at(-1) ?? '';
  const Attributes: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    if (properties[name] !== undefined) Attributes[name] = String(properties[name]);
  }
  const redrive = properties.RedrivePolicy;
  if (redrive !== undefined) {
    Attributes.RedrivePolicy = typeof redrive === 'string' ? redrive : JSON.stringify(redrive);
  }
  const QueueUrl = await engine
    .call<{ QueueUrl: string }>('GetQueueUrl', { QueueName })
    .then((existing) => existing.QueueUrl)
    .catch(() => undefined);
  if (QueueUrl === undefined) await engine.call('CreateQueue', { QueueName, Attributes });
  else {
    const { FifoQueue, ...changeable } = Attributes;
    await engine.call('SetQueueAttributes', { QueueUrl, Attributes: changeable });
  }
};

interface Input {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}

/** IAM knows the batch calls by the name of the single ones. */
const permissionNames: Record<string, string> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const createApi = (cloud: Cloud, engine: Engine): Api => ({
  permissions: (action: string, { QueueUrl, QueueName }: Input) => {
    const name = QueueName ?? QueueUrl?.split('/').at(-1);
    const resource = name === undefined ? '*' : `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`;
    return [{ action: `sqs:${permissionNames[action] ?? action}`, resource }];
  },
  handle: (action, input: Input) => engine.call(action, input),
});
