import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Cloud, Resource } from '../cloud.ts';
import { type Client, createClient } from './client.ts';
import { startDynamoDb } from './engine.ts';
import { createTables } from './tables.ts';

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const index = (IndexName: string, AttributeName: string, ProjectionType = 'ALL') => ({
  IndexName,
  KeySchema: [{ AttributeName, KeyType: 'HASH' }],
  Projection: { ProjectionType },
});
const base = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [string('pk')],
};

/** The same table with one set of properties after the other, an item written between two of them. */
const through = async (...versions: readonly object[]) => {
  const engine = await startDynamoDb({
    dbPath: join(mkdtempSync(join(tmpdir(), 'tables-')), 'dynamodb.db'),
  });
  const client = createClient(engine.port);
  const call = <T>(action: string, input: object = {}) =>
    client.call<T>(`DynamoDB_20120810.${action}`, { TableName: 'things', ...input });
  try {
    for (const properties of versions) {
      const cloud = { ofType: () => [{ ref: 'things', properties } as unknown as Resource] };
      await createTables(cloud as unknown as Cloud, client);
      await call('PutItem', { Item: { pk: { S: 'a' }, x: { S: 'x' }, y: { S: 'y' } } });
    }
    const { Table } = await call<{
      Table: { StreamSpecification?: object; GlobalSecondaryIndexes?: { IndexName: string }[] };
    }>('DescribeTable');
    const { TimeToLiveDescription } = await call<{ TimeToLiveDescription: object }>('DescribeTimeToLive');
    const indexed: Record<string, number> = {};
    for (const { IndexName } of Table.GlobalSecondaryIndexes ?? []) {
      indexed[IndexName] = (await call<{ Count: number }>('Scan', { IndexName })).Count;
    }
    const { Count } = await call<{ Count: number }>('Scan');
    return { Table, TimeToLiveDescription, indexed, Count };
  } finally {
    client.close();
    await engine.stop();
  }
};

test('indexes that are added, changed or removed hold the items that are there', async () => {
  const AttributeDefinitions = ['pk', 'x', 'y'].map(string);
  const { indexed, Count } = await through(
    { ...base, AttributeDefinitions: ['pk', 'x'].map(string), GlobalSecondaryIndexes: [index('gone', 'x')] },
    {
      ...base,
      AttributeDefinitions,
      GlobalSecondaryIndexes: [index('moved', 'x'), index('added', 'y', 'KEYS_ONLY')],
    },
    { ...base, AttributeDefinitions, GlobalSecondaryIndexes: [index('moved', 'y'), index('added', 'y')] },
  );
  expect(indexed).toEqual({ moved: 1, added: 1 });
  expect(Count).toBe(1);
});

test('a stream and a time to live come, change and go', async () => {
  const stream = (StreamViewType: string) => ({ StreamSpecification: { StreamViewType } });
  const expiry = (AttributeName: string) => ({ TimeToLiveSpecification: { AttributeName, Enabled: true } });
  const [first, second] = [
    { ...base, ...stream('KEYS_ONLY'), ...expiry('x') },
    { ...base, ...stream('NEW_IMAGE'), ...expiry('y') },
  ];
  const changed = await through(base, first, second);
  expect(changed.Table.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  expect(changed.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'y' });
  const removed = await through(first, base);
  expect(removed.Table.StreamSpecification ?? { StreamEnabled: false }).toMatchObject({
    StreamEnabled: false,
  });
  expect(removed.TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'DISABLED' });
});

test('a template that has not changed changes nothing', async () => {
  const engine = await startDynamoDb();
  const client = createClient(engine.port);
  const changes: string[] = [];
  const watched: Client = {
    ...client,
    call: (target, input) => {
      if (/Create|Update/.test(target)) changes.push(target);
      return client.call(target, input);
    },
  };
  const properties = {
    ...base,
    AttributeDefinitions: ['pk', 'x', 'y'].map(string),
    GlobalSecondaryIndexes: [
      index('all', 'x'),
      {
        ...index('some', 'y'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['b', 'a'] },
      },
    ],
    LocalSecondaryIndexes: undefined,
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  };
  const cloud = { ofType: () => [{ ref: 'things', properties }] } as unknown as Cloud;
  try {
    await createTables(cloud, watched);
    expect(changes).toEqual(['DynamoDB_20120810.CreateTable', 'DynamoDB_20120810.UpdateTimeToLive']);
    await createTables(cloud, watched);
    expect(changes).toHaveLength(2);
  } finally {
    client.close();
    await engine.stop();
  }
});

test.each<[string, object, object]>([
  [
    'another key',
    base,
    { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [string('id')] },
  ],
  ['another key', base, { ...base, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }] }],
])('%s would replace the table, so the start is refused', async (what, before, after) => {
  await expect(through(before, after)).rejects.toThrow(
    `The table things was created with ${what}: start with --fresh to create it anew, which clears the data`,
  );
});
