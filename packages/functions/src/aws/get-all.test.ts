import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { documentClient } from './document-client.ts';
import { getAll } from './get-all.ts';

const mock = mockClient(DynamoDBDocumentClient);
beforeEach(() => void mock.reset());

const pause = async () => {};
const [one, two] = [{ pk: 'ONE' }, { pk: 'TWO' }];

test('reads what is there in one call', async () => {
  mock.on(BatchGetCommand).resolves({ Responses: { Things: [two] } });
  expect(
    await getAll(documentClient(), { tableName: 'Things', keys: [one, two], consistent: true }, pause),
  ).toEqual([two]);
  expect(mock.calls().map(({ args: [command] }) => command.input)).toEqual([
    { RequestItems: { Things: { Keys: [one, two], ConsistentRead: true } } },
  ]);
});

test('asks again for what was left out, and only for that', async () => {
  mock
    .on(BatchGetCommand)
    .resolvesOnce({ Responses: { Things: [one] }, UnprocessedKeys: { Things: { Keys: [two] } } })
    .resolvesOnce({ Responses: { Things: [two] } });
  expect(await getAll(documentClient(), { tableName: 'Things', keys: [one, two] }, pause)).toEqual([
    one,
    two,
  ]);
  expect(mock.call(1).args[0].input).toEqual({
    RequestItems: { Things: { Keys: [two], ConsistentRead: false } },
  });
});

test('gives up on a table that keeps leaving some out', async () => {
  mock.on(BatchGetCommand).resolves({ UnprocessedKeys: { Things: { Keys: [one] } } });
  await expect(getAll(documentClient(), { tableName: 'Things', keys: [one] }, pause)).rejects.toMatchObject({
    name: 'ConcurrentUpdate',
  });
});
