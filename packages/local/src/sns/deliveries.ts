import type { Caller, Cloud } from '../cloud.ts';
import { createDurableQueue, type DurableQueue } from '../durable-queue.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { envelope, lambdaEvent, textFor } from './envelopes.ts';
import type { Message } from './message.ts';
import type { Subscription } from './topics.ts';

interface Delivery {
  readonly subscriptionArn: string;
  readonly message: Message;
}

/** SNS tries a queue or a function so often, for 23 days. */
const MAX_RETRIES = 100_015;

const asSns = ({ topicArn }: Subscription): Caller => ({
  kind: 'service',
  principal: 'sns.amazonaws.com',
  sourceArn: topicArn,
});

/** Messages on their way to subscriptions, each kept until it has arrived. */
export const createDeliveries = (
  cloud: Cloud,
  outbox: Outbox,
  subscriptions: readonly Subscription[],
): DurableQueue<Delivery> => {
  const byArn = new Map(subscriptions.map((subscription) => [subscription.arn, subscription]));
  const queueUrls = new Map(cloud.ofType('AWS::SQS::Queue').map(({ arn, ref }) => [arn, ref]));

  const toQueue = (arn: string, subscription: Subscription, message: Message) =>
    cloud.call(asSns(subscription), 'sqs', 'SendMessage', {
      QueueUrl: queueUrls.get(arn) ?? arn,
      ...(subscription.isRaw
        ? { MessageBody: textFor(message, subscription), MessageAttributes: message.attributes }
        : { MessageBody: envelope(cloud.region, message, subscription) }),
    });

  const send = async (subscription: Subscription, message: Message): Promise<void> => {
    const { protocol, endpoint } = subscription;
    const text = textFor(message, subscription);
    if (protocol === 'sqs') await toQueue(endpoint, subscription, message);
    else if (protocol === 'lambda')
      await cloud.call(asSns(subscription), 'lambda', 'Invoke', {
        FunctionName: endpoint,
        InvocationType: 'Event',
        Payload: lambdaEvent(cloud.region, message, subscription),
      });
    else if (protocol === 'sms') outbox.add({ kind: 'sms', to: [endpoint], text });
    else
      outbox.add({
        kind: 'email',
        from: 'AWS Notifications <no-reply@sns.amazonaws.com>',
        to: [endpoint],
        subject: message.subject ?? 'AWS Notification Message',
        text: protocol === 'email' ? text : envelope(cloud.region, message, subscription),
      });
  };

  const count = (name: string, { topicArn }: Subscription) =>
    cloud.metrics.put({
      namespace: 'AWS/SNS',
      name,
      dimensions: { TopicName: topicArn.split(':').at(-1) ?? '' },
      value: 1,
    });

  return createDurableQueue<Delivery>({
    label: 'sns',
    store: cloud.store('sns'),
    log: cloud.log,
    maxRetries: MAX_RETRIES,
    deliver: async ({ subscriptionArn, message }) => {
      const subscription = byArn.get(subscriptionArn);
      // The template no longer has it: nobody waits for the message any more.
      if (subscription === undefined) return;
      await send(subscription, message);
      count('NumberOfNotificationsDelivered', subscription);
    },
    giveUp: async ({ subscriptionArn, message }, error) => {
      const subscription = byArn.get(subscriptionArn);
      if (subscription === undefined) return;
      count('NumberOfNotificationsFailed', subscription);
      cloud.log.error(
        'sns',
        `${message.id} could not be delivered to ${subscription.endpoint}: ${error.message}`,
      );
      const { deadLetterArn } = subscription;
      if (deadLetterArn !== undefined) await toQueue(deadLetterArn, subscription, message);
    },
  });
};
