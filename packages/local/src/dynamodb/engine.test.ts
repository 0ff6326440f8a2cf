import { expect, test } from '@jest/globals';
import { createClient } from './client.ts';
import { startDynamoDb } from './engine.ts';

test('starts in memory on a free port, answers, and is gone after stop', async () => {
  const db = await startDynamoDb();
  const client = createClient(db.port);
  await expect(client.call('DynamoDB_20120810.ListTables', {})).resolves.toEqual({ TableNames: [] });
  client.close();
  await db.stop();
  await expect(fetch(db.url)).rejects.toThrow();
});

test('says what is wrong when its port is taken', async () => {
  const db = await startDynamoDb();
  await expect(startDynamoDb({ port: db.port })).rejects.toThrow(/DynamoDB ended at once.*(in use|bind)/i);
  await db.stop();
});
