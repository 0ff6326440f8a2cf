import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { outboxOf } from '../outbox/outbox.ts';

interface Publish {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
  readonly Subject?: string;
  readonly Message?: string;
}

/** SNS: text messages, and what is published to a topic, land in the outbox. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const outbox = outboxOf(cloud);
  const topics = new Set(cloud.ofType('AWS::SNS::Topic').map(({ arn }) => arn));
  return {
    api: encryptedAtRest(cloud, 'AWS::SNS::Topic', {
      permissions: (action: string, { TopicArn, TargetArn }: Publish) => [
        { action: `sns:${action}`, resource: TopicArn ?? TargetArn ?? '*' },
      ],
      handle: async (action: string, { TopicArn, TargetArn, PhoneNumber, Subject, Message }: Publish) => {
        if (action !== 'Publish') {
          throw new AwsError('InvalidAction', `sns:${action} does not run locally`);
        }
        const topic = TopicArn ?? TargetArn;
        const to = topic ?? PhoneNumber;
        if (to === undefined || !Message)
          throw new AwsError('InvalidParameter', 'Empty message or no target');
        if (topic !== undefined && !topics.has(topic)) {
          throw new AwsError('NotFound', 'Topic does not exist', 404);
        }
        const kind = topic === undefined ? 'sms' : 'topic';
        const message = { kind, to: [to], text: Message } as const;
        return { MessageId: outbox.add(Subject === undefined ? message : { ...message, subject: Subject }) };
      },
    }),
    stop: async () => {},
  };
};
