import { join } from 'node:path';
import { type Api, AwsError, type Cloud, type Resource, type Running } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { StartError } from '../start-error.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { type Database, openDatabase } from './database.ts';
import { createEngine, type Engine } from './engine.ts';
import { answer } from './wire.ts';

/** Old messages are forgotten, and queues measured, once a minute. */
const UPKEEP_MS = 60_000;

/** SQS: the queues of the templates, their messages kept in the data folder. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const engine = open(cloud);
  const upkeep = setInterval(() => {
    engine.upkeep.measure(cloud.metrics);
    try {
      engine.upkeep.expire();
    } catch {
      // Said already: in a minute there may be room again.
    }
  }, UPKEEP_MS);
  return {
    api: encryptedAtRest(cloud, 'AWS::SQS::Queue', createApi(cloud, engine)),
    stop: async () => {
      clearInterval(upkeep);
      engine.close();
    },
  };
};

const open = (cloud: Cloud): Engine => {
  const folder = join(cloud.dataFolder, 'sqs');
  let db: Database | undefined;
  try {
    db = openDatabase(folder, cloud.log);
    const engine = createEngine(db, {
      now: createSteadyClock(),
      wall: Date.now,
      metrics: cloud.metrics,
      baseUrl: `${cloud.endpoint}/${cloud.accountId}`,
    });
    addQueues(cloud, engine);
    return engine;
  } catch (error) {
    db?.close();
    if (error instanceof StartError) throw error;
    throw new StartError(
      `Cannot open the queues in ${folder}: ${(error as Error).message}. Make room on the disk, or start with --fresh, which clears the data`,
    );
  }
};

interface QueueProperties {
  readonly [attribute: string]: unknown;
}

/** The template's properties that are attributes of a queue under the same name. */
const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const;

const addQueues = (cloud: Cloud, { queues }: Engine): void => {
  const templates = cloud.ofType<QueueProperties>('AWS::SQS::Queue');
  const inTemplate = ({ logicalId, service }: Resource<QueueProperties>, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new StartError(`The queue ${logicalId} of ${service} can't be created: ${error.message}`);
    }
  };
  for (const queue of templates) {
    inTemplate(queue, () => queues.add(queue.arn, attributesOf(queue)));
  }
  // Only now are all dead-letter queues there.
  for (const queue of templates) {
    inTemplate(queue, () => queues.checkRedrive(queues.named(nameOf(queue))));
  }
};

const nameOf = ({ arn }: Resource): string => arn.slice(arn.lastIndexOf(':') + 1);

const attributesOf = (queue: Resource<QueueProperties>): Record<string, string> => {
  const { properties } = queue;
  if ((String(properties.FifoQueue) === 'true') !== nameOf(queue).endsWith('.fifo')) {
    throw new AwsError(
      'InvalidParameterValue',
      'FifoQueue has to be true where QueueName ends in .fifo, and nowhere else',
    );
  }
  const attributes: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    const value = properties[name];
    if (value !== undefined)
      attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
};

interface Input {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly SourceArn?: string;
  readonly TaskHandle?: string;
}

/** IAM knows the batch calls by the name of the single ones. */
const permissionNames: Record<string, string> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const createApi = (cloud: Cloud, engine: Engine): Api => ({
  permissions: (action: string, input: Input) => {
    const { QueueUrl, QueueName, SourceArn = sourceOfTask(input.TaskHandle) } = input;
    const name = QueueName ?? QueueUrl?.slice(QueueUrl.lastIndexOf('/') + 1);
    const arn = name === undefined ? '*' : `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`;
    return [{ action: `sqs:${permissionNames[action] ?? action}`, resource: SourceArn ?? arn }];
  },
  handle: (action, input: object) => engine.call(action, input),
  forward: (action, _body, input: object) => answer(() => engine.call(action, input)),
});

const sourceOfTask = (handle: string | undefined): string | undefined => {
  if (handle === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(handle, 'base64').toString()).sourceArn;
  } catch {
    return undefined;
  }
};
