import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Caller } from '../cloud.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const account = '000000000000';
const ruleArn = (name: string) => `arn:aws:events:us-east-1:${account}:rule/bus/${name}`;
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const everyone = (Action: string | string[], Service: string, Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Principal: { Service },
  Resource: '*',
  Condition,
});

/** A key that its account manages, and that a service may use for what `sourceArn` names. */
const key = (Service: string, sourceArn: string) => ({
  Type: 'AWS::KMS::Key',
  Properties: {
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'kms:*',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Resource: '*',
        },
        everyone(['kms:GenerateDataKey', 'kms:Decrypt'], Service, {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': sourceArn },
        }),
      ],
    },
  },
});

const queue = (QueueName: string, KmsMasterKeyId?: object) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...(KmsMasterKeyId && { KmsMasterKeyId }) },
});

const rule = (Name: string, target: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name,
    EventBusName: 'bus',
    EventPattern: { 'detail-type': [Name] },
    Targets: [{ Id: 'queue', Arn: arn(target), DeadLetterConfig: { Arn: arn('Dead') } }],
  },
});

const shop = packageForTest({
  resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Key: key('events.amazonaws.com', ruleArn('known')),
    AlarmKey: key('cloudwatch.amazonaws.com', `arn:aws:cloudwatch:us-east-1:${account}:alarm:known*`),
    Work: queue('work', arn('Key')),
    Dead: queue('dead'),
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Work' }, { Ref: 'Dead' }],
        PolicyDocument: { Statement: [everyone('sqs:SendMessage', 'events.amazonaws.com')] },
      },
    },
    Known: rule('known', 'Work'),
    Stranger: rule('stranger', 'Work'),
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: 'alarms', KmsMasterKeyId: arn('AlarmKey') },
    },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: { Statement: [everyone('sns:Publish', 'cloudwatch.amazonaws.com')] },
      },
    },
    Files: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'files',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn('Key') },
              BucketKeyEnabled: true,
            },
          ],
        },
      },
    },
    ...functionForTest('withKey', {
      allow: [
        ['s3:GetObject', '*'],
        ['s3:PutObject', '*'],
        ['kms:Decrypt', arn('Key')],
        ['kms:GenerateDataKey', arn('Key')],
      ],
    }),
    ...functionForTest('reader', {
      allow: [
        ['s3:GetObject', '*'],
        ['s3:PutObject', '*'],
        ['s3:DeleteObject', '*'],
        ['kms:Decrypt', arn('Key')],
      ],
    }),
    ...functionForTest('withoutKey', { allow: [['s3:GetObject', '*']] }),
  },
  functions: { withKey: '', reader: '', withoutKey: '' },
});

const root = { kind: 'root' } as const;
const log = recordingLog();
let local: LocalCloud;
beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'kms-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log });
});
afterAll(() => local.stop());

interface Message {
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

const received = (name: string) =>
  eventually(async () => {
    const { Messages } = await local.cloud.call<{ Messages?: Message[] }>(root, 'sqs', 'ReceiveMessage', {
      QueueUrl: `${local.endpoint}/${account}/${name}`,
      MessageAttributeNames: ['All'],
    });
    return Messages?.[0];
  });

const publish = (DetailType: string) =>
  local.cloud.call(root, 'events', 'PutEvents', {
    Entries: [{ EventBusName: 'bus', Source: 'test', DetailType, Detail: '{}' }],
  });

const failed = async (RuleName: string) => {
  const { Datapoints } = await local.cloud.call<{ Datapoints: { Sum: number }[] }>(
    root,
    'cloudwatch',
    'GetMetricStatistics',
    {
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
      Dimensions: [
        { Name: 'EventBusName', Value: 'bus' },
        { Name: 'RuleName', Value: RuleName },
      ],
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 60,
      Statistics: ['Sum'],
    },
  );
  return Datapoints.reduce((sum, { Sum }) => sum + Sum, 0);
};

test('a rule fills an encrypted queue where the key’s policy names it', async () => {
  await publish('known');

  expect(JSON.parse((await received('work')).Body)).toMatchObject({ 'detail-type': 'known' });
  expect(await failed('known')).toBe(0);
});

test('a rule that it does not name ends in the dead-letter queue, is counted, and the terminal says what to add', async () => {
  await publish('stranger');

  const { MessageAttributes } = await received('dead');
  expect(MessageAttributes).toMatchObject({
    RULE_ARN: { StringValue: ruleArn('stranger') },
    ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    RETRY_ATTEMPTS: { StringValue: '0' },
  });
  expect(MessageAttributes?.ERROR_MESSAGE?.StringValue).toMatch(
    /^User: events\.amazonaws\.com is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:/,
  );
  expect(await failed('stranger')).toBe(1);
  expect(log.lines.join('\n')).toContain(
    'add kms:GenerateDataKey for events.amazonaws.com to the KeyPolicy of Key in the template of shop',
  );
});

test('an alarm goes to an encrypted topic where the key’s policy lets it', async () => {
  const alarm = (name: string): Caller => ({
    kind: 'service',
    principal: 'cloudwatch.amazonaws.com',
    sourceArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:${name}`,
  });
  const input = { TopicArn: `arn:aws:sns:us-east-1:${account}:alarms`, Message: 'hi' };

  await local.cloud.call(alarm('known-errors'), 'sns', 'Publish', input);
  await expect(local.cloud.call(alarm('other'), 'sns', 'Publish', input)).rejects.toMatchObject({
    code: 'KMSAccessDenied',
    message: expect.stringContaining('no resource-based policy allows the kms:GenerateDataKey action'),
  });
});

test('an object of an encrypted bucket is written and read with its key', async () => {
  const as = (name: string): Caller => ({
    kind: 'role',
    roleArn: `arn:aws:iam::${account}:role/role-${name}`,
    name: `emporium-shop-local-${name}`,
  });
  const s3 = (name: string, action: string, Key: string) =>
    local.cloud.call(as(name), 's3', action, { Bucket: 'files', Key, Body: Buffer.from('hi') });

  await s3('withKey', 'PutObject', 'a file');
  await s3('reader', 'GetObject', 'a file');
  await expect(s3('reader', 'PutObject', 'a file')).rejects.toThrow(
    /perform: kms:GenerateDataKey on resource/,
  );
  await expect(s3('withoutKey', 'GetObject', 'a file')).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining('no identity-based policy allows the kms:Decrypt action'),
  });
  // It is not opened to be thrown away.
  await s3('reader', 'DeleteObject', 'a file');
});
