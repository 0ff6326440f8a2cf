import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Cloud, Resource } from '../cloud.ts';
import { eventually } from '../test-cloud.ts';
import { createClient } from './client.ts';
import { startDynamoDb } from './engine.ts';
import { createTables } from './tables.ts';
import { startTimeToLive } from './time-to-live.ts';

const properties = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'owner', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires-at' },
};

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

/** A table with items that expire, on a clock that only the test moves. */
const open = async () => {
  const dbPath = join(mkdtempSync(join(tmpdir(), 'expiry-')), 'dynamodb.db');
  const engine = await startDynamoDb({ dbPath });
  const client = createClient(engine.port);
  ended.push(async () => {
    client.close();
    await engine.stop();
  });
  const tables = [{ ref: 'things', properties }] as unknown as Resource[];
  const cloud = {
    ofType: () => tables,
    log: { error: (...said: string[]) => console.error(...said) },
    metrics: { put: () => {} },
  } as unknown as Cloud;
  await createTables(cloud, client);
  const clock = { seconds: 1_800_000_000 };
  const ttl = startTimeToLive(cloud, { dbPath, client, now: () => clock.seconds * 1000, intervalMs: 5 });
  ended.push(() => ttl.stop());
  const call = <T>(action: string, input: object, api = 'DynamoDB') =>
    client.call<T>(`${api}_20120810.${action}`, input);
  const put = (pk: string, expiry?: object) =>
    call('PutItem', {
      TableName: 'things',
      Item: { sk: { N: '1' }, pk: { S: pk }, owner: { S: 'me' }, ...(expiry && { 'expires-at': expiry }) },
    });
  const keys = async (IndexName?: string) => {
    const { Items } = await call<{ Items: { pk: { S: string } }[] }>('Scan', {
      TableName: 'things',
      IndexName,
    });
    return Items.map(({ pk }) => pk.S).sort();
  };
  const records = async () => {
    const { Table } = await call<{ Table: { LatestStreamArn: string } }>('DescribeTable', {
      TableName: 'things',
    });
    const stream = { StreamArn: Table.LatestStreamArn };
    const { StreamDescription } = await call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      stream,
      'DynamoDBStreams',
    );
    const { ShardIterator } = await call<{ ShardIterator: string }>(
      'GetShardIterator',
      { ...stream, ShardId: StreamDescription.Shards[0]?.ShardId, ShardIteratorType: 'TRIM_HORIZON' },
      'DynamoDBStreams',
    );
    const { Records } = await call<{
      Records: {
        eventName: string;
        userIdentity?: object;
        dynamodb: { Keys: { pk: { S: string } }; OldImage?: object };
      }[];
    }>('GetRecords', { ShardIterator }, 'DynamoDBStreams');
    return Records.filter(({ eventName }) => eventName === 'REMOVE');
  };
  return { clock, call, put, keys, records };
};

test('an item whose time is over is removed, from indexes too, and its record says who did it', async () => {
  const { clock, put, keys, records, call } = await open();
  await put('soon', { N: String(clock.seconds + 60) });
  await put('later', { N: String(clock.seconds + 3600) });
  await put('never');
  await put('by hand', { N: String(clock.seconds + 60) });
  await call('DeleteItem', { TableName: 'things', Key: { pk: { S: 'by hand' }, sk: { N: '1' } } });

  clock.seconds += 60;
  await eventually(async () => !(await keys()).includes('soon') || undefined);

  expect(await keys()).toEqual(['later', 'never']);
  expect(await keys('byOwner')).toEqual(['later', 'never']);
  const [byHand, expired, ...others] = await records();
  expect(others).toEqual([]);
  expect(byHand).not.toHaveProperty('userIdentity');
  expect(expired).toMatchObject({
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: { Keys: { pk: { S: 'soon' } }, OldImage: { pk: { S: 'soon' } } },
  });
});

test('a text, a time long ago and an item given more time stay', async () => {
  const { clock, put, keys } = await open();
  await put('text', { S: String(clock.seconds - 10) });
  await put('long ago', { N: String(clock.seconds - 6 * 365 * 86_400) });
  await put('more time', { N: String(clock.seconds + 60) });
  await put('more time', { N: String(clock.seconds + 600) });
  await put('mark', { N: String(clock.seconds + 60) });

  clock.seconds += 61;
  await eventually(async () => !(await keys()).includes('mark') || undefined);
  expect(await keys()).toEqual(['long ago', 'more time', 'text']);
});

test('more items than one look finds are all removed', async () => {
  const { clock, put, keys } = await open();
  await Promise.all(
    Array.from({ length: 250 }, (_, index) => put(`${index}`, { N: `${clock.seconds + 1}` })),
  );
  clock.seconds += 1;
  await eventually(async () => (await keys()).length === 0 || undefined);
});
