import { createHash } from 'node:crypto';
import type { Attributes, Message } from './message.ts';
import type { Subscription } from './topics.ts';

/** The text that a subscription gets. */
export const textFor = ({ text, byProtocol }: Message, { protocol }: Subscription): string =>
  byProtocol[protocol] ?? text;

const describeAttributes = (attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );

/** Signed by nobody: the certificate would be AWS's. */
const signatureOf = ({ id, text }: Message): string =>
  createHash('sha256').update(`${id}\n${text}`).digest('base64');

const certificateUrl = (region: string) =>
  `https://sns.${region}.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem`;
const unsubscribeUrl = (region: string, { arn }: Subscription) =>
  `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;

/** What a queue gets that doesn't want the message alone. */
export const envelope = (region: string, message: Message, subscription: Subscription): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: subscription.topicArn,
    Subject: message.subject,
    Message: textFor(message, subscription),
    Timestamp: message.sentAt,
    SignatureVersion: '1',
    Signature: signatureOf(message),
    SigningCertURL: certificateUrl(region),
    UnsubscribeURL: unsubscribeUrl(region, subscription),
    ...(Object.keys(message.attributes).length > 0 && {
      MessageAttributes: describeAttributes(message.attributes),
    }),
  });

/** What a function gets. */
export const lambdaEvent = (region: string, message: Message, subscription: Subscription): string =>
  JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: subscription.topicArn,
          Subject: message.subject ?? null,
          Message: textFor(message, subscription),
          Timestamp: message.sentAt,
          SignatureVersion: '1',
          Signature: signatureOf(message),
          SigningCertUrl: certificateUrl(region),
          UnsubscribeUrl: unsubscribeUrl(region, subscription),
          MessageAttributes: describeAttributes(message.attributes),
        },
      },
    ],
  });
