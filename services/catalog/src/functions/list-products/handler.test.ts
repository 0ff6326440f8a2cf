import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import { productItem } from '../../items.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const mug = productItem({
  status: 'published',
  sku: 'MUG',
  name: 'Mug',
  price: { amount: 1299, currency: 'EUR' },
  version: 1,
  updatedAt: '2026-01-02T03:04:05.000Z',
});

const list = (queryStringParameters: Record<string, string>) =>
  answerOf(createHandler()({ ...event, queryStringParameters } as never, lambdaContext('listProducts')));

test('answers a page, and the cursor of the next one', async () => {
  dynamodb.on(QueryCommand).resolves({ Items: [mug], LastEvaluatedKey: { pk: mug.pk } });

  const { statusCode, body } = await list({ limit: '1' });

  expect(statusCode).toBe(200);
  expect(body.items).toEqual([
    { sku: 'MUG', name: 'Mug', price: { amount: 1299, currency: 'EUR' }, version: 1 },
  ]);
  await list({ cursor: body.nextCursor });
  expect(dynamodb.commandCalls(QueryCommand)[1]?.args[0].input).toMatchObject({
    Limit: 50,
    ExclusiveStartKey: { pk: 'PRODUCT#MUG', sk: 'PRODUCT', listing: 'published', sku: 'MUG' },
  });
});

test('the last page has no cursor', async () => {
  dynamodb.on(QueryCommand).resolves({ Items: [] });
  expect((await list({})).body).toEqual({ items: [] });
});

test.each([
  [{ limit: '0' }, 'limit'],
  [{ limit: '101' }, 'limit'],
  [{ limit: '1.5' }, 'limit'],
  [{ cursor: 'bm90IGEgc2t1' }, 'cursor'],
  [{ cursor: '💥' }, 'cursor'],
])('refuses %j', async (query, field) => {
  const { statusCode, body } = await list(query);
  expect(statusCode).toBe(400);
  expect(body.errors).toEqual([expect.objectContaining({ field })]);
});
