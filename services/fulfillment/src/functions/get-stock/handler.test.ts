import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const get = (sku = 'MUG-BLUE') =>
  answerOf(createHandler()({ ...event, pathParameters: { sku } } as never, lambdaContext('getStock')));

test('shows what can be sold, and no more than that', async () => {
  dynamodb.on(GetCommand).resolves({ Item: { sku: 'MUG-BLUE', available: 4, reserved: 2, shipped: 9 } });
  expect(await get()).toEqual({ statusCode: 200, body: { sku: 'MUG-BLUE', available: 4 } });
});

test('a SKU that never came in has nothing to sell', async () => {
  dynamodb.on(GetCommand).resolves({});
  expect(await get()).toEqual({ statusCode: 200, body: { sku: 'MUG-BLUE', available: 0 } });
});

test('refuses what is no SKU', async () => {
  expect(await get('../mug')).toMatchObject({ statusCode: 400, body: { errors: [{ field: 'sku' }] } });
});
