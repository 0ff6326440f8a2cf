import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { outboxOf } from '../outbox/outbox.ts';
import { createDeliveries } from './deliveries.ts';
import { type PublishInput, readMessage } from './message.ts';
import { readTopics } from './topics.ts';

type Entry = PublishInput & { readonly Id?: string };

interface Input extends PublishInput {
  readonly PublishBatchRequestEntries?: readonly Entry[];
}

/** AWS's limit on the messages of one batch. */
const MAX_ENTRIES = 10;

/** SNS: topics and subscriptions of the templates. Text messages, and what is published, can be read in the outbox. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const outbox = outboxOf(cloud);
  const topics = readTopics(cloud);
  const deliveries = createDeliveries(cloud, outbox, [...topics.values()].flat());

  const publish = (input: PublishInput): { MessageId: string } => {
    const { TopicArn, TargetArn, PhoneNumber, Subject } = input;
    const topicArn = TopicArn ?? TargetArn;
    if ([TopicArn, TargetArn, PhoneNumber].filter((target) => target !== undefined).length !== 1)
      throw new AwsError(
        'InvalidParameter',
        'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
      );
    if (PhoneNumber !== undefined && !/^\+[1-9]\d{4,14}$/.test(PhoneNumber))
      throw new AwsError(
        'InvalidParameter',
        `Invalid parameter: PhoneNumber Reason: ${PhoneNumber} is not valid to publish to`,
      );
    const message = readMessage(input);
    if (topicArn === undefined) {
      const text = message.byProtocol.sms ?? message.text;
      return { MessageId: outbox.add({ kind: 'sms', to: [PhoneNumber ?? ''], text }) };
    }
    const subscriptions = topics.get(topicArn);
    if (subscriptions === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    cloud.metrics.put({
      namespace: 'AWS/SNS',
      name: 'NumberOfMessagesPublished',
      dimensions: { TopicName: topicArn.split(':').at(-1) ?? '' },
      value: 1,
    });
    outbox.add({
      kind: 'topic',
      to: [topicArn],
      text: message.text,
      ...(Subject !== undefined && { subject: Subject }),
    });
    for (const { arn, wants } of subscriptions)
      if (wants(message)) deliveries.add({ subscriptionArn: arn, message });
    return { MessageId: message.id };
  };

  // Not before every module is up: an endpoint may be a function or a queue.
  const resume = setImmediate(deliveries.resume);
  const api: Api = {
    permissions: (_action: string, { TopicArn, TargetArn }: Input) => [
      { action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' },
    ],
    handle: async (action: string, input: Input) => {
      if (action === 'Publish') return publish(input);
      if (action !== 'PublishBatch')
        throw new AwsError('InvalidAction', `The action ${action} is not valid for this endpoint.`);
      return publishBatch(publish, input);
    },
  };
  return {
    api: encryptedAtRest(cloud, 'AWS::SNS::Topic', api),
    stop: async () => {
      clearImmediate(resume);
      deliveries.stop();
    },
  };
};

const publishBatch = (
  publish: (input: PublishInput) => { MessageId: string },
  { TopicArn = '', PublishBatchRequestEntries: entries = [] }: Input,
) => {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  if (entries.some(({ Id = '' }) => !/^[\w-]{1,80}$/.test(Id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ...entry } of entries) {
    try {
      Successful.push({ Id, ...publish({ ...entry, TopicArn }) });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'NotFound') throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
};
