import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { parseFault } from '../faults/fault.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { type OpenShop, openShop } from './open-shop.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const table = (TableName: string, key = 'pk') => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
  },
});

const packaged = (greeting: string, tables: Record<string, unknown> = { Things: table('things') }) => [
  packageForTest({
    functions: { greet: 'exports.handler = async () => process.env.GREETING;' },
    resources: {
      ...tables,
      Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
      ...functionForTest('greet', { Environment: { Variables: { GREETING: greeting } } }),
    },
  }),
];

const open = async () => {
  const log = recordingLog();
  const dataFolder = mkdtempSync(join(tmpdir(), 'open-'));
  const shop = await openShop({ templates: packaged('hello'), dataFolder, port: 0, log });
  undo.push(shop.stop);
  return { shop, log };
};

const root = { kind: 'root' } as const;
const greet = async ({ cloud: { cloud } }: OpenShop) =>
  JSON.parse((await cloud.invoke('emporium-shop-local-greet', {})).payload);
const put = ({ cloud: { cloud } }: OpenShop) =>
  cloud.call(root, 'dynamodb', 'PutItem', { TableName: 'things', Item: { pk: { S: 'kept' } } });
const count = async ({ cloud: { cloud } }: OpenShop) =>
  (await cloud.call<{ Count: number }>(root, 'dynamodb', 'Scan', { TableName: 'things' })).Count;
const queue = ({ cloud: { endpoint } }: OpenShop) => `${endpoint}/000000000000/work`;

test('other templates run at the same address, on the same data, with the same faults', async () => {
  const { shop } = await open();
  const { url, endpoint } = shop.cloud;
  await put(shop);
  await shop.cloud.cloud.call(root, 'sqs', 'SendMessage', { QueueUrl: queue(shop), MessageBody: 'kept' });
  shop.cloud.faults.add(parseFault('sqs:SendMessage=1'));

  expect(await shop.replace(packaged('good day'))).toBe(true);

  expect(shop.cloud).toMatchObject({ url, endpoint });
  expect(await greet(shop)).toBe('good day');
  expect(await count(shop)).toBe(1);
  const { Messages } = await shop.cloud.cloud.call<{ Messages: { Body: string }[] }>(
    root,
    'sqs',
    'ReceiveMessage',
    { QueueUrl: queue(shop) },
  );
  expect(Messages.map(({ Body }) => Body)).toEqual(['kept']);
  const send = shop.cloud.cloud.call(root, 'sqs', 'SendMessage', { QueueUrl: queue(shop), MessageBody: 'x' });
  await expect(send).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test('a client that comes meanwhile is asked to come back, and none is refused', async () => {
  const { shop } = await open();
  const { url } = shop.cloud;
  let isReplacing = true;
  const answers: unknown[] = [];
  const ask = async () => {
    try {
      const { status, headers } = await fetch(url, { headers: { connection: 'close' } });
      return { status, retryAfter: headers.get('retry-after') };
    } catch (error) {
      return (error as { cause: { code: string } }).cause.code;
    }
  };
  const client = (async () => {
    while (isReplacing) answers.push(await ask());
  })();
  await eventually(() => answers.length > 0 || undefined);

  expect(await shop.replace(packaged('good day'))).toBe(true);

  isReplacing = false;
  await client;
  expect(answers).toContainEqual({ status: 503, retryAfter: '1' });
  // One that was being answered may be cut off.
  expect(answers).not.toContain('ECONNREFUSED');
});

test('a table that leaves the templates keeps its data, which is said, and has it again when it comes back', async () => {
  const { shop, log } = await open();
  await put(shop);

  expect(await shop.replace(packaged('hello', {}))).toBe(true);
  expect(log.lines).toContain(
    'warn watch shop: Things is in the template no longer; the data of things is kept',
  );
  expect(await shop.replace(packaged('hello'))).toBe(true);
  expect(await count(shop)).toBe(1);
});

test.each([
  [
    'are wrong',
    () => [
      packageForTest({
        resources: { A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'B' } } } },
      }),
    ],
    '"B" is neither a resource nor a parameter',
  ],
  [
    'do not fit the data',
    () => packaged('good day', { Things: table('things', 'id') }),
    'The table things was created with another key',
  ],
])('templates that %s leave the shop as it was, with one line that says why', async (_, next, words) => {
  const { shop, log } = await open();
  await put(shop);

  expect(await shop.replace(next())).toBe(false);

  const said = log.lines.filter((line) => line.startsWith('error'));
  expect(said).toEqual([expect.stringContaining(words)]);
  expect(said[0]).toMatch(/\. The shop goes on as it was$/);
  expect(await greet(shop)).toBe('hello');
  expect(await count(shop)).toBe(1);
});

test('stopping in the middle of a replacement stops all of it', async () => {
  const { shop } = await open();
  const { url } = shop.cloud;
  const replacing = shop.replace(packaged('good day'));
  await shop.stop();
  await replacing;
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
