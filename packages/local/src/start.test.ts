import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from './start.ts';
import { callAwsSource, eventually, functionForTest, packageForTest, recordingLog } from './test-cloud.ts';

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'emporium-shop-local-ThingsTable',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};

const putItem = `${callAwsSource}
export const handler = async ({ pk }) => {
  const item = { TableName: process.env.TABLE, Item: { pk: { S: pk } } };
  const answer = await callAws('dynamodb', 'DynamoDB_20120810.PutItem', item);
  console.log('put ' + pk);
  return { status: answer.status, answer: await answer.json() };
};`;

let running: LocalCloud | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const dataFolder = () => mkdtempSync(join(tmpdir(), 'data-'));

const shop = (allow: readonly (readonly [string, unknown])[]) =>
  packageForTest({
    functions: { putThing: putItem },
    resources: {
      ThingsTable: table,
      ...functionForTest('putThing', {
        allow,
        Environment: { Variables: { TABLE: { Ref: 'ThingsTable' } } },
      }),
    },
  });

const startWith = async (allow: readonly (readonly [string, unknown])[]) => {
  const log = recordingLog();
  running = await startLocal({ templates: [shop(allow)], dataFolder: dataFolder(), port: 0, log });
  return { ...running, log };
};

const root = { kind: 'root' } as const;

test('a packaged function writes to its table with its own role', async () => {
  const { cloud, log } = await startWith([['dynamodb:PutItem', { 'Fn::GetAtt': ['ThingsTable', 'Arn'] }]]);

  const { payload } = await cloud.invoke('emporium-shop-local-putThing', { pk: 'a' });

  expect(JSON.parse(payload)).toEqual({ status: 200, answer: {} });
  const read = await cloud.call(root, 'dynamodb', 'GetItem', {
    TableName: 'emporium-shop-local-ThingsTable',
    Key: { pk: { S: 'a' } },
  });
  expect(read).toEqual({ Item: { pk: { S: 'a' } } });
  await eventually(() => log.lines.includes('info shop.putThing put a') || undefined);
});

test('a call that the role does not allow is denied in the words of AWS, and the missing link is printed', async () => {
  const { cloud, log } = await startWith([['dynamodb:GetItem', { 'Fn::GetAtt': ['ThingsTable', 'Arn'] }]]);

  const { payload } = await cloud.invoke('emporium-shop-local-putThing', { pk: 'a' });

  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/emporium-shop-local-ThingsTable';
  const message = `User: arn:aws:sts::000000000000:assumed-role/role-putThing/emporium-shop-local-putThing is not authorized to perform: dynamodb:PutItem on resource: ${arn} because no identity-based policy allows the dynamodb:PutItem action`;
  expect(JSON.parse(payload)).toMatchObject({
    status: 400,
    answer: { __type: 'com.amazon.coral.service#AccessDeniedException', message },
  });
  expect(log.lines).toContain(
    `error iam ${message}: add "ThingsTable: [write]" under link of putThing in services/shop/serverless.yml`,
  );
});

test('what was written is there after a restart, and a second instance is refused while one runs', async () => {
  const templates = [shop([['dynamodb:PutItem', '*']])];
  const folder = dataFolder();
  const first = await startLocal({ templates, dataFolder: folder, port: 0, log: recordingLog() });
  await first.cloud.invoke('emporium-shop-local-putThing', { pk: 'kept' });
  await expect(startLocal({ templates, dataFolder: folder, port: 0, log: recordingLog() })).rejects.toThrow(
    /in use by another instance \(process \d+\)/,
  );
  await first.stop();

  running = await startLocal({ templates, dataFolder: folder, port: 0, log: recordingLog() });
  const { Count } = await running.cloud.call<{ Count: number }>(root, 'dynamodb', 'Scan', {
    TableName: 'emporium-shop-local-ThingsTable',
  });
  expect(Count).toBe(1);
});
