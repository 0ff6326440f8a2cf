import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { jitteredPause } from './pause.ts';
import { transact } from './transact.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const client = dynamodb as unknown as DynamoDBDocumentClient;
const pause = jest.fn(async (_attempt: number) => {});
const items = ['a', 'b', 'c'].map((pk) => ({ Put: { TableName: 'table', Item: { pk } } }));
const single = items.slice(0, 1);

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

beforeEach(() => {
  dynamodb.reset();
  pause.mockClear();
});

test('waits and tries again while another transaction is at work on the same item', async () => {
  dynamodb
    .on(TransactWriteCommand)
    .rejectsOnce(cancelled('None', 'TransactionConflict'))
    .rejectsOnce(cancelled('ThrottlingError', 'None'))
    .resolves({});

  expect(await transact(client, items, pause)).toEqual([]);

  expect(pause.mock.calls).toEqual([[1], [2]]);
});

test('gives up after ten attempts', async () => {
  dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));

  await expect(transact(client, items, pause)).rejects.toThrow(TransactionCanceledException);

  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(10);
});

test('names the items whose condition did not hold, and does not try again', async () => {
  dynamodb
    .on(TransactWriteCommand)
    .rejects(cancelled('ConditionalCheckFailed', 'None', 'ConditionalCheckFailed', 'TransactionConflict'));

  expect(await transact(client, items, pause)).toEqual([0, 2]);

  expect(pause).not.toHaveBeenCalled();
});

test.each([
  ['a cancellation for another reason', cancelled('ValidationError')],
  ['no network', new Error('no network')],
])('lets other errors out: %s', async (_what, error) => {
  dynamodb.on(TransactWriteCommand).rejects(error);

  await expect(transact(client, items, pause)).rejects.toBe(error);

  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(1);
});

test('pauses at random, up to twice as long each time, up to 800 ms', () => {
  const longest = () => 1;
  expect([1, 2, 3, 6, 9].map((attempt) => jitteredPause(attempt, longest))).toEqual([25, 50, 100, 800, 800]);
  expect(jitteredPause(9, () => 0)).toBe(0);
});

test('puts a single item without a transaction, and says whether its condition held', async () => {
  dynamodb.on(PutCommand).resolves({});
  expect(await transact(client, single, pause)).toEqual([]);
  dynamodb
    .on(PutCommand)
    .rejects(
      new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} }),
    );
  expect(await transact(client, single, pause)).toEqual([0]);
  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
});

test('waits for the transaction that holds a single item, ten times at most', async () => {
  const conflict = new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} });
  dynamodb.on(PutCommand).rejectsOnce(conflict).resolves({});
  expect(await transact(client, single, pause)).toEqual([]);
  expect(pause.mock.calls).toEqual([[1]]);
  dynamodb.on(PutCommand).rejects(conflict);
  await expect(transact(client, single, pause)).rejects.toBe(conflict);
  expect(dynamodb.commandCalls(PutCommand)).toHaveLength(2 + 10);
});

test('lets the other errors of a single put out', async () => {
  const error = new Error('no network');
  dynamodb.on(PutCommand).rejects(error);
  await expect(transact(client, single, pause)).rejects.toBe(error);
});
