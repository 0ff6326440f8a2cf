import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { mountSmallDisk } from '../test-small-disk.ts';
import { createClient } from './client.ts';
import { startDynamoDb } from './engine.ts';

test('a full disk refuses items with an error that the SDK tries again, and loses none that it took', async () => {
  const disk = mountSmallDisk(8);
  const dbPath = join(disk.folder, 'dynamodb.db');
  try {
    const first = await startDynamoDb({ dbPath });
    const client = createClient(first.port);
    const call = <T>(action: string, input: object) => client.call<T>(`DynamoDB_20120810.${action}`, input);
    await call('CreateTable', {
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    let accepted = 0;
    const put = async () => {
      const Item = { pk: { S: String(accepted) }, x: { S: 'x'.repeat(20_000) } };
      await call('PutItem', { TableName: 'things', Item });
      accepted += 1;
    };
    const fill = async (): Promise<unknown> => {
      for (;;) {
        try {
          await put();
        } catch (error) {
          return error;
        }
      }
    };
    expect(await fill()).toMatchObject({ code: 'InternalServerError', status: 500 });
    expect(accepted).toBeGreaterThan(10);
    disk.makeRoom();
    await put();
    client.close();
    await first.stop();

    const second = await startDynamoDb({ dbPath });
    const reader = createClient(second.port);
    let [count, ExclusiveStartKey] = [0, undefined as object | undefined];
    do {
      const page = await reader.call<{ Count: number; LastEvaluatedKey?: object }>('DynamoDB_20120810.Scan', {
        TableName: 'things',
        ConsistentRead: true,
        ExclusiveStartKey,
      });
      count += page.Count;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(count).toBe(accepted);
    reader.close();
    await second.stop();
  } finally {
    disk.remove();
  }
}, 60_000);
