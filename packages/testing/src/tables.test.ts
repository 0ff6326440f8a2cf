import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { bus, defineResources, table } from '@emporium/resources';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { linkForTest } from './links.ts';
import { startTables, type TestTables } from './tables.ts';

const resources = defineResources('shop', {
  OrdersTable: table({
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    timeToLive: 'expiresAt',
    indexes: { byCustomer: { partitionKey: 'customerId', sortKey: 'placedAt' } },
  }),
  PlainTable: table({ partitionKey: 'pk' }),
});

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables(resources);
});
afterAll(() => tables.stop());

test('a context’s tables are there under their names, with sort keys and indexes', async () => {
  const { OrdersTable } = resources;
  const Item = { pk: 'A', sk: 'B', customerId: 'c', placedAt: '2026-01-01' };
  await tables.client.send(new PutCommand({ TableName: OrdersTable.name, Item }));
  const { Items } = await tables.client.send(
    new QueryCommand({
      TableName: OrdersTable.name,
      IndexName: OrdersTable.indexes.byCustomer,
      KeyConditionExpression: 'customerId = :c',
      ExpressionAttributeValues: { ':c': 'c' },
    }),
  );
  expect(Items).toEqual([Item]);
});

test('a table without sort key, stream and indexes is there too', async () => {
  const TableName = resources.PlainTable.name;
  expect(await tables.client.send(new GetCommand({ TableName, Key: { pk: 'A' } }))).not.toHaveProperty(
    'Item',
  );
});

test('time to live is on where it was asked for', async () => {
  const ttl = await tables.client.send(
    new DescribeTimeToLiveCommand({ TableName: resources.OrdersTable.name }),
  );
  expect(ttl.TimeToLiveDescription).toMatchObject({
    TimeToLiveStatus: 'ENABLED',
    AttributeName: 'expiresAt',
  });
});

test('links can be taken away again', () => {
  const platform = defineResources('platform', { EventBus: bus() });
  const unlink = linkForTest(platform);
  expect(platform.EventBus.name).toBe('emporium-platform-test-EventBus');
  unlink();
  expect(() => platform.EventBus.name).toThrow('not linked');
});
