import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { outboxOf } from '../outbox/outbox.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const subscription = (more: object) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'Topic' }, ...more },
});

const shop = packageForTest({
  functions: { hear: 'export const handler = async (event) => console.log(JSON.stringify(event));' },
  resources: {
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: 'facts',
        Subscription: [{ Protocol: 'email', Endpoint: 'ops@shop.example' }],
      },
    },
    Plain: queue('plain'),
    Raw: queue('raw'),
    Closed: queue('closed'),
    Dead: queue('dead'),
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: ['Plain', 'Raw', 'Dead'].map((Ref) => ({ Ref })),
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Topic' } } },
            },
          ],
        },
      },
    },
    PlainSubscription: subscription({ Protocol: 'sqs', Endpoint: arnOf('Plain') }),
    RawSubscription: subscription({
      Protocol: 'sqs',
      Endpoint: arnOf('Raw'),
      RawMessageDelivery: true,
      FilterPolicy: { kind: [{ prefix: 'order' }], price: [{ numeric: ['>=', 100] }] },
    }),
    // This queue lets nobody in.
    ClosedSubscription: subscription({
      Protocol: 'sqs',
      Endpoint: arnOf('Closed'),
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { customer: { country: ['HU'] } },
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead') },
    }),
    LambdaSubscription: subscription({ Protocol: 'lambda', Endpoint: arnOf('hearFunction') }),
    TextSubscription: subscription({ Protocol: 'sms', Endpoint: '+3612345678' }),
    WebSubscription: subscription({ Protocol: 'https', Endpoint: 'https://shop.example/hook' }),
    ...functionForTest('hear'),
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: arnOf('hearFunction'),
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
      },
    },
  },
});

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:facts';
const log = recordingLog();
let local: LocalCloud;
let sns: SNSClient;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sns-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log });
  sns = new SNSClient({
    region: 'us-east-1',
    endpoint: local.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => local.stop());

/** The next message of a queue, which is deleted. */
const next = (name: string) =>
  eventually(async () => {
    const call = <T>(action: string, input: object) =>
      local.cloud.call<T>({ kind: 'root' }, 'sqs', action, {
        QueueUrl: `${local.endpoint}/000000000000/${name}`,
        ...input,
      });
    type Message = { Body: string; ReceiptHandle: string; MessageAttributes?: object };
    const { Messages } = await call<{ Messages?: Message[] }>('ReceiveMessage', {
      MessageAttributeNames: ['All'],
    });
    const [message] = Messages ?? [];
    if (message !== undefined) await call('DeleteMessage', { ReceiptHandle: message.ReceiptHandle });
    return message;
  });

test('each subscription gets what it wants, in its own form', async () => {
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'order.placed' },
    price: { DataType: 'Number', StringValue: '99' },
  };
  const wanted = { ...MessageAttributes, price: { DataType: 'Number', StringValue: '100' } };
  const { MessageId } = await sns.send(
    new PublishCommand({ TopicArn, Subject: 'Placed', Message: 'a & b', MessageAttributes }),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: 'dear', MessageAttributes: wanted }));

  const envelopes = [await next('plain'), await next('plain')].map(({ Body }) => JSON.parse(Body));
  expect(envelopes.find(({ Message }) => Message === 'a & b')).toEqual({
    Type: 'Notification',
    MessageId,
    TopicArn,
    Subject: 'Placed',
    Message: 'a & b',
    Timestamp: expect.any(String),
    SignatureVersion: '1',
    Signature: expect.any(String),
    SigningCertURL: expect.stringContaining('https://sns.us-east-1.amazonaws.com/'),
    UnsubscribeURL: expect.stringContaining('SubscriptionArn=arn:aws:sns'),
    MessageAttributes: {
      kind: { Type: 'String', Value: 'order.placed' },
      price: { Type: 'Number', Value: '99' },
    },
  });
  // The one that is not dear enough would have come first.
  expect(await next('raw')).toMatchObject({
    Body: 'dear',
    MessageAttributes: { price: { DataType: 'Number', StringValue: '100' } },
  });
  const heard = await eventually(() => log.lines.find((line) => line.includes('"Message":"a & b"')));
  expect(JSON.parse(heard.slice(heard.indexOf('{'))).Records[0]).toMatchObject({
    EventSource: 'aws:sns',
    Sns: { MessageId, Subject: 'Placed', MessageAttributes: { kind: { Type: 'String' } } },
  });
  const sent = await eventually(() => {
    const all = outboxOf(local.cloud).newest(20);
    return all.length >= 6 ? all : undefined;
  });
  expect(sent).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'topic', to: [TopicArn], subject: 'Placed', text: 'a & b' }),
      expect.objectContaining({ kind: 'email', to: ['ops@shop.example'], subject: 'Placed', text: 'a & b' }),
      expect.objectContaining({ kind: 'sms', to: ['+3612345678'], text: 'a & b' }),
    ]),
  );
  expect(log.lines).toContain('warn sns WebSubscription: https subscriptions do not run locally');
});

test('what a queue refuses goes to the subscription’s dead-letter queue', async () => {
  await sns.send(new PublishCommand({ TopicArn, Message: '{"customer":{"country":"AT"}}' }));
  await sns.send(new PublishCommand({ TopicArn, Message: '{"customer":{"country":"HU"}}' }));
  const { Body } = await next('dead');
  expect(JSON.parse(Body)).toMatchObject({ Message: '{"customer":{"country":"HU"}}' });
});

test('a batch, of which one entry is refused', async () => {
  const PublishBatchRequestEntries = [
    { Id: 'one', Message: '1' },
    { Id: 'two', Message: '2', Subject: 'line\nbreak' },
  ];
  const answer = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  expect(answer).toMatchObject({
    Successful: [{ Id: 'one', MessageId: expect.any(String) }],
    Failed: [{ Id: 'two', Code: 'InvalidParameter', SenderFault: true }],
  });
});

test('a text of its own for each protocol', async () => {
  const Message = JSON.stringify({ default: 'long', sms: 'short' });
  await sns.send(new PublishCommand({ PhoneNumber: '+3699999999', Message, MessageStructure: 'json' }));
  expect(outboxOf(local.cloud).newest(1)).toMatchObject([
    { kind: 'sms', to: ['+3699999999'], text: 'short' },
  ]);
});

test.each<[string, string, object]>([
  ['NotFound', 'Topic does not exist', { TopicArn: `${TopicArn}s`, Message: 'x' }],
  ['InvalidParameter', 'Empty message', { TopicArn, Message: '' }],
  ['InvalidParameter', 'no value for required parameter', { Message: 'x' }],
  ['InvalidParameter', 'is not valid to publish to', { PhoneNumber: '0612', Message: 'x' }],
  ['InvalidParameter', 'Message too long', { TopicArn, Message: 'x'.repeat(262_145) }],
  ['InvalidParameter', 'No default entry', { TopicArn, Message: '{}', MessageStructure: 'json' }],
  [
    'InvalidParameterValue',
    "Could not cast message attribute 'n' value to number",
    { TopicArn, Message: 'x', MessageAttributes: { n: { DataType: 'Number', StringValue: 'one' } } },
  ],
])('%s: %s', async (name, message, input) => {
  const refused = sns.send(new PublishCommand({ Message: undefined, ...input }));
  await expect(refused).rejects.toMatchObject({
    name: `${name}Exception`,
    message: expect.stringContaining(message),
  });
});
