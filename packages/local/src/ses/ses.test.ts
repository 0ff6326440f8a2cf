import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessKeyOf } from '../iam/credentials.ts';
import { outboxOf } from '../outbox/outbox.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { credentialsOf } from '../test-signing.ts';

const identity = 'arn:aws:ses:us-east-1:000000000000:identity/shop.example';

const lets = (principal: string, action: string, resource: unknown) => ({
  PolicyDocument: {
    Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: action, Resource: resource }],
  },
});

const shop = packageForTest({
  resources: {
    Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example' } },
    Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'mails' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'feedback' } },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        ...lets('ses.amazonaws.com', 'sns:Publish', { Ref: 'Topic' }),
      },
    },
    ToTopic: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Set' },
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['bounce'],
          SnsDestination: { TopicARN: { Ref: 'Topic' } },
        },
      },
    },
    ToBus: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Set' },
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['COMPLAINT', 'DELIVERY'],
          EventBridgeDestination: {
            EventBusArn: { 'Fn::Sub': `arn:aws:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/default` },
          },
        },
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'facts' } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], ...lets('events.amazonaws.com', 'sqs:SendMessage', '*') },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ses'], 'detail-type': ['Email Complaint Received'] },
        Targets: [{ Id: 'facts', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    ...functionForTest('mail', { allow: [['ses:SendEmail', identity]] }),
  },
});

let local: LocalCloud;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ses-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log: recordingLog() });
});
afterAll(() => local.stop());

const send = (input: SendEmailCommandInput, accessKeyId = 'local') =>
  new SESv2Client({
    region: 'us-east-1',
    endpoint: local.endpoint,
    maxAttempts: 1,
    credentials: credentialsOf(accessKeyId),
  }).send(new SendEmailCommand(input));

const newest = () => outboxOf(local.cloud).newest(1)[0];

const simple = {
  Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'text' }, Html: { Data: '<p>html' } } },
};
const to = (...ToAddresses: string[]) => ({ Destination: { ToAddresses } });
const from = { FromEmailAddress: 'Shop <hello@mail.shop.example>' };

/** A part of each kind, a header with other characters than ASCII, one over two lines, and an attachment. */
const mime = [
  'From: Shop <hello@shop.example>',
  'To: =?UTF-8?Q?Ada_L=C3=B6ve?= <ada@example.com>',
  'Subject: =?UTF-8?B?w5xiZXIgYWxsZXM=?=',
  'List-Unsubscribe: <https://shop.example/u/1>,',
  ' <mailto:u@shop.example>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary="inner"',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Hello</p>',
  '--inner--',
  '--outer',
  'Content-Type: application/pdf; name="bill.pdf"',
  'Content-Disposition: attachment; filename="bill.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECAw==',
  '--outer--',
  '',
].join('\r\n');
const raw = { Raw: { Data: Buffer.from(mime) } };

test('a message in MIME is shown as its reader would see it', async () => {
  const { MessageId } = await send({ Content: raw });
  expect(newest()).toMatchObject({
    id: MessageId,
    kind: 'email',
    from: 'Shop <hello@shop.example>',
    to: ['Ada Löve <ada@example.com>'],
    subject: 'Über alles',
    text: expect.stringMatching(/^Grüße\s*$/),
    html: expect.stringContaining('<p>Hello</p>'),
    headers: {
      'list-unsubscribe': '<https://shop.example/u/1>, <mailto:u@shop.example>',
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    },
    attachments: [{ name: 'bill.pdf', type: 'application/pdf', bytes: 4 }],
  });
  const page = await fetch(`${local.url}/_local/outbox`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toMatch(/list-unsubscribe-post.*One-Click.*bill\.pdf/s);
});

test('who the request names gets it, whatever the message says', async () => {
  await send({ Content: raw, ...to('other@example.com') });
  expect(newest()).toMatchObject({ to: ['other@example.com'] });
});

test('headers and all kinds of recipients of a simple e-mail', async () => {
  await send({
    ...from,
    Destination: {
      ToAddresses: ['a@x.example'],
      CcAddresses: ['b@x.example'],
      BccAddresses: ['c@x.example'],
    },
    ReplyToAddresses: ['help@shop.example'],
    Content: { Simple: { ...simple.Simple, Headers: [{ Name: 'X-Order', Value: 'ord_1' }] } },
  });
  expect(newest()).toMatchObject({
    to: ['a@x.example', 'b@x.example', 'c@x.example'],
    headers: { 'reply-to': 'help@shop.example', 'x-order': 'ord_1' },
  });
});

test('bounces go to the topic, complaints to the bus, of the configuration set', async () => {
  const topic = async () =>
    eventually(() =>
      outboxOf(local.cloud)
        .newest(10)
        .find(({ kind }) => kind === 'topic'),
    );
  const EmailTags = [{ Name: 'message-id', Value: 'msg_1' }];
  const { MessageId } = await send({
    ...from,
    ...to('ada@example.com', 'bounce+a@simulator.amazonses.com'),
    ConfigurationSetName: 'mails',
    Content: simple,
    EmailTags,
  });
  expect(JSON.parse((await topic()).text)).toMatchObject({
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bouncedRecipients: [{ emailAddress: 'bounce+a@simulator.amazonses.com' }],
    },
    mail: { messageId: MessageId, tags: { 'message-id': ['msg_1'], 'ses:configuration-set': ['mails'] } },
  });

  await send({
    ...from,
    ...to('complaint@simulator.amazonses.com'),
    ConfigurationSetName: 'mails',
    Content: simple,
  });
  const body = await eventually(async () => {
    const { Messages } = await local.cloud.call<{ Messages?: { Body: string }[] }>(
      { kind: 'root' },
      'sqs',
      'ReceiveMessage',
      { QueueUrl: `${local.endpoint}/000000000000/facts` },
    );
    return Messages?.[0]?.Body;
  });
  expect(JSON.parse(body)).toMatchObject({
    source: 'aws.ses',
    'detail-type': 'Email Complaint Received',
    resources: ['arn:aws:ses:us-east-1:000000000000:configuration-set/mails'],
    detail: { complaint: { complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }] } },
  });
});

test.each<[string, string, SendEmailCommandInput]>([
  [
    'MessageRejected',
    'Email address is not verified. The following identities failed the check in region US-EAST-1: me@other.example',
    { FromEmailAddress: 'me@other.example', ...to('a@x.example'), Content: simple },
  ],
  ['BadRequestException', 'Missing destination', { ...from, Content: simple }],
  ['BadRequestException', "Missing final '@domain'", { ...from, ...to('nobody'), Content: simple }],
  [
    'BadRequestException',
    'Recipient count exceeds 50.',
    { ...from, ...to(...Array.from({ length: 51 }, (_, index) => `a${index}@x.example`)), Content: simple },
  ],
  [
    'NotFoundException',
    'Configuration set <none> does not exist.',
    { ...from, ...to('a@x.example'), Content: simple, ConfigurationSetName: 'none' },
  ],
])('%s: %s', async (name, message, input) => {
  await expect(send(input)).rejects.toMatchObject({ name, message });
});

test('a function needs a permission of its own for messages in MIME', async () => {
  const key = accessKeyOf('emporium-shop-local-mail');
  await send({ ...from, ...to('a@x.example'), Content: simple }, key);
  await expect(send({ Content: raw }, key)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`ses:SendRawEmail on resource: ${identity}`),
  });
});
