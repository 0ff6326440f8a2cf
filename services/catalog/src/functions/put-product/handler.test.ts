import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb } = mockTable(resources);
beforeEach(() => {
  dynamodb.on(GetCommand).resolves({}).on(TransactWriteCommand).resolves({});
});

const put = (change: object) =>
  answerOf(handler({ ...event, ...change } as never, lambdaContext('putProduct')));
const withBody = (change: object) => ({ body: JSON.stringify({ ...JSON.parse(event.body), ...change }) });

test('writes the product and its event in one transaction', async () => {
  expect(await put({})).toEqual({
    statusCode: 200,
    body: {
      sku: 'MUG-BLUE',
      name: 'Blue mug',
      description: 'Stoneware, holds 350 ml.',
      price: { amount: 1299, currency: 'EUR' },
      version: 1,
    },
  });
  const kinds = dynamodb
    .commandCalls(TransactWriteCommand)
    .map(({ args }) => args[0].input.TransactItems?.map(({ Put }) => Put?.Item?.kind));
  expect(kinds).toEqual([['product', 'outbox']]);
});

test.each([
  [{ name: ' ' }, 'name'],
  [{ name: 'x'.repeat(201) }, 'name'],
  [{ name: 'Mug\u0000' }, 'name'],
  [{ name: 'Mug\r\nBcc: x' }, 'name'],
  [{ price: undefined }, 'price'],
  [{ price: { amount: 12.5, currency: 'EUR' } }, 'price.amount'],
  [{ price: { amount: -1, currency: 'EUR' } }, 'price.amount'],
  [{ price: { amount: 0, currency: 'EUR' } }, 'price.amount'],
  [{ price: { amount: 1e12, currency: 'EUR' } }, 'price.amount'],
  [{ price: { amount: '1', currency: 'EUR' } }, 'price.amount'],
  [{ price: { amount: 1, currency: 'USD' } }, 'price.currency'],
  [{ colour: 'blue' }, 'colour'],
])('refuses %j', async (change, field) => {
  const { statusCode, body } = await put(withBody(change));
  expect(statusCode).toBe(400);
  expect(body.errors).toEqual([expect.objectContaining({ field })]);
  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
});

test.each(['', 'not JSON', '[]', 'null'])('refuses the body %j', async (body) => {
  expect(await put({ body })).toMatchObject({ statusCode: 400 });
});

test.each([
  ['nobody', undefined, 401],
  [
    'a customer',
    { jwt: { claims: { token_use: 'access', sub: 'someone', 'cognito:groups': '[customer]' } } },
    403,
  ],
])('is not for %s', async (_who, authorizer, statusCode) => {
  expect(await put({ requestContext: { ...event.requestContext, authorizer } })).toMatchObject({
    statusCode,
  });
  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
});
