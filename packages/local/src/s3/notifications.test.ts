import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const fromS3 = (queue: string, principal: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: principal },
          Action: 'sqs:SendMessage',
          Resource: arnOf(queue),
        },
      ],
    },
  },
});

const shop = packageForTest({
  functions: { index: 'export const handler = async (event) => console.log(JSON.stringify(event));' },
  resources: {
    Imports: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'imports',
        NotificationConfiguration: {
          EventBridgeConfiguration: { EventBridgeEnabled: true },
          QueueConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Queue: arnOf('Work'),
              Filter: {
                S3Key: {
                  Rules: [
                    { Name: 'prefix', Value: 'csv/' },
                    { Name: 'suffix', Value: '.csv' },
                  ],
                },
              },
            },
          ],
          LambdaConfigurations: [{ Event: 's3:ObjectRemoved:Delete', Function: arnOf('indexFunction') }],
        },
      },
    },
    Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    WorkPolicy: fromS3('Work', 's3.amazonaws.com'),
    Facts: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'facts' } },
    FactsPolicy: fromS3('Facts', 'events.amazonaws.com'),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'csv/' }] } } },
        Targets: [{ Id: 'facts', Arn: arnOf('Facts') }],
      },
    },
    ...functionForTest('index'),
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: arnOf('indexFunction'),
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: arnOf('Imports'),
      },
    },
  },
});

let local: LocalCloud;
afterEach(() => local.stop());

test('a queue, a function and the default bus are told what they asked for', async () => {
  const log = recordingLog();
  const dataFolder = mkdtempSync(join(tmpdir(), 's3-'));
  local = await startLocal({ templates: [shop], dataFolder, port: 0, log });
  const root = { kind: 'root' } as const;
  const put = (Key: string) =>
    local.cloud.call(root, 's3', 'PutObject', { Bucket: 'imports', Key, Body: Buffer.from('a;b') });
  const received = (queue: string) =>
    eventually(async () => {
      const { Messages } = await local.cloud.call<{ Messages?: { Body: string }[] }>(
        root,
        'sqs',
        'ReceiveMessage',
        { QueueUrl: `${local.endpoint}/000000000000/${queue}`, MaxNumberOfMessages: 10 },
      );
      return Messages?.map(({ Body }) => JSON.parse(Body));
    });
  await put('other.csv');
  await put('csv/an import.csv');

  // The first key would have come first, had any of them wanted it.
  expect(await received('work')).toMatchObject([
    {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          s3: {
            bucket: { name: 'imports', arn: 'arn:aws:s3:::imports' },
            object: { key: 'csv/an+import.csv', size: 3, eTag: expect.stringMatching(/^[0-9a-f]{32}$/) },
          },
        },
      ],
    },
  ]);
  expect(await received('facts')).toMatchObject([
    {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: ['arn:aws:s3:::imports'],
      detail: {
        bucket: { name: 'imports' },
        object: { key: 'csv/an import.csv', size: 3 },
        reason: 'PutObject',
      },
    },
  ]);
  await local.cloud.call(root, 's3', 'DeleteObject', { Bucket: 'imports', Key: 'other.csv' });
  await eventually(() => log.lines.find((line) => line.includes('"eventName":"ObjectRemoved:Delete"')));
});
