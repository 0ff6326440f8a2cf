import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb } = mockTable(resources);
beforeEach(() => {
  dynamodb.on(TransactWriteCommand).resolves({});
});

const receive = (change: object = {}) =>
  answerOf(handler({ ...event, ...change } as never, lambdaContext('receiveStock')));

test('writes receipt, stock and event in one transaction', async () => {
  expect(await receive()).toMatchObject({ statusCode: 201, body: { sku: 'MUG-BLUE', quantity: 25 } });

  const [receipt, stock, fact] =
    dynamodb.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
  expect(receipt?.Put?.Item).toMatchObject({ sk: 'RECEIPT#delivery-note-4711', quantity: 25 });
  expect(stock?.Update?.Key).toEqual({ pk: 'STOCK#MUG-BLUE', sk: 'STOCK' });
  expect(fact?.Put?.Item).toMatchObject({ event: { detailType: 'StockReceived' } });
});

test.each([
  ['the same quantity gets the first answer', 25, 201],
  ['another quantity is refused', 24, 422],
])('a key that comes again with %s', async (_what, quantity, statusCode) => {
  dynamodb.on(TransactWriteCommand).rejects(
    new TransactionCanceledException({
      message: '',
      $metadata: {},
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }, { Code: 'None' }],
    }),
  );
  dynamodb
    .on(GetCommand)
    .resolves({ Item: { sku: 'MUG-BLUE', quantity, receivedAt: '2026-01-02T03:04:05.000Z' } });

  const answer = await receive();

  expect(answer.statusCode).toBe(statusCode);
  if (statusCode === 201) expect(answer.body.receivedAt).toBe('2026-01-02T03:04:05.000Z');
});

test.each([0, -1, 1.5, 1_000_001, 1e300, '25', null, undefined])(
  'refuses the quantity %j',
  async (quantity) => {
    expect(await receive({ body: JSON.stringify({ quantity }) })).toMatchObject({
      statusCode: 400,
      body: { errors: [{ field: 'quantity' }] },
    });
  },
);

test.each([undefined, '', 'two words', '💥', 'x'.repeat(101)])('refuses the key %j', async (key) => {
  const headers = { ...event.headers, 'idempotency-key': key };
  expect(await receive({ headers })).toMatchObject({
    statusCode: 400,
    body: { errors: [{ field: 'idempotency-key' }] },
  });
});

test('is for administrators', async () => {
  const authorizer = {
    jwt: { claims: { token_use: 'access', sub: 'someone', 'cognito:groups': '[customer]' } },
  };
  expect(await receive({ requestContext: { ...event.requestContext, authorizer } })).toMatchObject({
    statusCode: 403,
  });
});
