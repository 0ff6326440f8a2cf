import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

/** Says what it was given, and throws where an item is called "bad". */
const relay = `
export const handler = async ({ Records }) => {
  const names = Records.map(({ dynamodb }) => dynamodb.NewImage.pk.S);
  if (names.includes('bad')) throw new Error('bad among ' + names);
  for (const name of names) console.log('relayed ' + name);
};`;

const things = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'things',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};

const shopFrom = (StartingPosition: string) =>
  packageForTest({
    functions: { relay },
    resources: {
      DeadQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      Things: things,
      ...functionForTest('relay', {
        allow: [
          ['dynamodb:GetRecords', { 'Fn::GetAtt': ['Things', 'StreamArn'] }],
          ['dynamodb:GetShardIterator', { 'Fn::GetAtt': ['Things', 'StreamArn'] }],
          ['dynamodb:DescribeStream', { 'Fn::GetAtt': ['Things', 'StreamArn'] }],
          ['sqs:SendMessage', { 'Fn::GetAtt': ['DeadQueue', 'Arn'] }],
        ],
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'relayFunction' },
          EventSourceArn: { 'Fn::GetAtt': ['Things', 'StreamArn'] },
          StartingPosition,
          BatchSize: 10,
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 1,
          FilterCriteria: {
            Filters: [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { kind: { S: ['outbox'] } } } }) }],
          },
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadQueue', 'Arn'] } } },
        },
      },
    },
  });

const shop = shopFrom('TRIM_HORIZON');

const root = { kind: 'root' } as const;
let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const start = async (dataFolder = mkdtempSync(join(tmpdir(), 'streams-')), service = shop) => {
  const log = recordingLog();
  const local = await startLocal({ templates: [service], dataFolder, port: 0, log });
  running = local;
  const put = (pk: string, kind = 'outbox') =>
    local.cloud.call(root, 'dynamodb', 'PutItem', {
      TableName: 'things',
      Item: { pk: { S: pk }, kind: { S: kind } },
    });
  const relayed = () =>
    log.lines.filter((line) => line.includes('relayed')).map((line) => line.split(' ').at(-1));
  return { local, log, put, relayed, dataFolder };
};

test('delivers what the filter lets through, in order, soon after the write', async () => {
  const { put, relayed } = await start();
  for (const name of ['a', 'b', 'c']) {
    await put(name);
    await put(`${name}-state`, 'state');
  }
  await eventually(() => relayed().length === 3 || undefined);
  expect(relayed()).toEqual(['a', 'b', 'c']);
});

test('a bad record is found by bisection and sent to the dead-letter queue; its neighbours are delivered', async () => {
  const { local, put, relayed } = await start();
  for (const name of ['a', 'bad', 'b', 'c']) await put(name);
  await eventually(() => relayed().length === 3 || undefined);
  expect(relayed()).toEqual(['a', 'b', 'c']);
  const { Messages } = await local.cloud.call<{ Messages: { Body: string }[] }>(
    root,
    'sqs',
    'ReceiveMessage',
    {
      QueueUrl: `${local.endpoint}/000000000000/dead`,
      WaitTimeSeconds: 5,
    },
  );
  expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
}, 60_000);

test('goes on after a restart where it was: nothing lost, nothing again', async () => {
  const first = await start();
  await first.put('a');
  await eventually(() => first.relayed().length === 1 || undefined);
  await eventually(() => first.local.cloud.store('streams').list()[0]);
  await first.local.stop();

  const second = await start(first.dataFolder);
  await second.put('b');
  await eventually(() => second.relayed().length > 0 || undefined);
  expect(second.relayed()).toEqual(['b']);
});

test('a mapping that starts at the latest record leaves out older ones, but none that came while nothing ran', async () => {
  const withoutMapping = await start(undefined, packageForTest({ resources: { Things: things } }));
  await withoutMapping.put('older');
  await withoutMapping.local.stop();

  const { local, dataFolder } = await start(withoutMapping.dataFolder, shopFrom('LATEST'));
  await local.stop();
  const between = await start(dataFolder, packageForTest({ resources: { Things: things } }));
  await between.put('between');
  await between.local.stop();

  const last = await start(dataFolder, shopFrom('LATEST'));
  await eventually(() => last.relayed().length > 0 || undefined);
  expect(last.relayed()).toEqual(['between']);
});
