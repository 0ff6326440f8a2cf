import type { Caller, Cloud } from '../cloud.ts';
import { uniqueId } from '../cloudformation/identity.ts';
import { createDurableQueue, type DurableQueue } from '../durable-queue.ts';
import type { Bucket, NotificationTarget } from './buckets.ts';
import type { StoredObject } from './objects.ts';

interface Notification {
  readonly bucket: string;
  readonly prefix: string;
  readonly action: string;
  readonly input: object;
}

export interface Notifications extends Pick<DurableQueue<Notification>, 'resume' | 'stop'> {
  notify(bucket: Bucket, object: StoredObject, event: string): void;
}

/** S3 itself goes on for a day or so; with the delays between them these retries take as long. */
const MAX_RETRIES = 1_440;

/** `s3:ObjectCreated:*` and the filters of a key's start and end. */
const wants = ({ Event, Filter }: NotificationTarget, event: string, key: string): boolean =>
  (Event.endsWith('*') ? `s3:${event}`.startsWith(Event.slice(0, -1)) : Event === `s3:${event}`) &&
  (Filter?.S3Key.Rules ?? []).every(({ Name, Value }) =>
    Name.toLowerCase() === 'prefix' ? key.startsWith(Value) : key.endsWith(Value),
  );

/** What tells apart two events about one key, in order. */
let sequence = 0;
const sequencer = (time: string): string =>
  `${Date.parse(time).toString(16).padStart(12, '0')}${(sequence++ % 0xffffff).toString(16).padStart(6, '0')}`.toUpperCase();

interface Told {
  readonly bucket: Bucket;
  readonly object: StoredObject;
  readonly event: string;
  readonly order: string;
}

const record = ({ region, accountId }: Cloud, { bucket, object, event, order }: Told) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: region,
  eventTime: object.lastModified,
  eventName: event,
  userIdentity: { principalId: `AWS:${accountId}` },
  requestParameters: { sourceIPAddress: '127.0.0.1' },
  responseElements: { 'x-amz-request-id': order, 'x-amz-id-2': order },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: uniqueId(bucket.arn, 32),
    bucket: { name: bucket.name, ownerIdentity: { principalId: accountId }, arn: bucket.arn },
    object: {
      key: encodeURIComponent(object.key).replaceAll('%2F', '/').replaceAll('%20', '+'),
      ...(event.startsWith('ObjectCreated') && { size: object.size, eTag: object.etag.replaceAll('"', '') }),
      ...(object.versionId !== undefined && { versionId: object.versionId }),
      sequencer: order,
    },
  },
});

const REASONS: Readonly<Record<string, string>> = {
  Put: 'PutObject',
  Copy: 'CopyObject',
  CompleteMultipartUpload: 'CompleteMultipartUpload',
};

const eventBridgeEntry = ({ accountId }: Cloud, { bucket, object, event, order }: Told) => {
  const [kind, how = ''] = event.split(':');
  const isCreated = kind === 'ObjectCreated';
  const deletionType = how === 'DeleteMarkerCreated' ? 'Delete Marker Created' : 'Permanently Deleted';
  return {
    Source: 'aws.s3',
    DetailType: isCreated ? 'Object Created' : 'Object Deleted',
    Resources: [bucket.arn],
    Detail: JSON.stringify({
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: object.key,
        ...(isCreated && { size: object.size, etag: object.etag.replaceAll('"', '') }),
        ...(object.versionId !== undefined && { 'version-id': object.versionId }),
        sequencer: order,
      },
      'request-id': order,
      requester: accountId,
      'source-ip-address': '127.0.0.1',
      reason: isCreated ? REASONS[how] : 'DeleteObject',
      ...(!isCreated && { 'deletion-type': deletionType }),
    }),
  };
};

/** Tells functions, queues, topics and the default event bus what happens in a bucket. */
export const createNotifications = (cloud: Cloud): Notifications => {
  const queue = createDurableQueue<Notification>({
    label: 's3',
    store: cloud.store('s3-notifications'),
    log: cloud.log,
    maxRetries: MAX_RETRIES,
    deliver: ({ bucket, prefix, action, input }) => {
      const caller: Caller = { kind: 'service', principal: 's3.amazonaws.com', sourceArn: bucket };
      return cloud.call(caller, prefix, action, input);
    },
    giveUp: async ({ bucket, prefix }, error) =>
      cloud.log.error('s3', `${bucket} could not notify ${prefix}: ${error.message}`),
  });
  const queueUrls = new Map(cloud.ofType('AWS::SQS::Queue').map(({ arn, ref }) => [arn, ref]));

  const addressed = ({ Function: FunctionName, Queue, Topic }: NotificationTarget, body: string) => {
    if (FunctionName !== undefined)
      return {
        prefix: 'lambda',
        action: 'Invoke',
        input: { FunctionName, InvocationType: 'Event', Payload: body },
      };
    return Queue !== undefined
      ? {
          prefix: 'sqs',
          action: 'SendMessage',
          input: { QueueUrl: queueUrls.get(Queue) ?? Queue, MessageBody: body },
        }
      : {
          prefix: 'sns',
          action: 'Publish',
          input: { TopicArn: Topic, Subject: 'Amazon S3 Notification', Message: body },
        };
  };

  return {
    resume: queue.resume,
    stop: queue.stop,
    notify: (bucket, object, event) => {
      const targets = bucket.notifications.filter((target) => wants(target, event, object.key));
      if (targets.length === 0 && !bucket.tellsEventBridge) return;
      const told = { bucket, object, event, order: sequencer(object.lastModified) };
      const body = JSON.stringify({ Records: [record(cloud, told)] });
      for (const target of targets) queue.add({ bucket: bucket.arn, ...addressed(target, body) });
      if (bucket.tellsEventBridge)
        queue.add({
          bucket: bucket.arn,
          prefix: 'events',
          action: 'PutServiceEvents',
          input: { Entries: [eventBridgeEntry(cloud, told)] },
        });
    },
  };
};
