import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

linkForTest(resources);
const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamodb.reset());

const get = async (sku = 'MUG-BLUE') => {
  const { statusCode, body = '' } = await handler(
    { ...event, pathParameters: { sku } } as never,
    lambdaContext('getStock'),
  );
  return { statusCode, body: JSON.parse(body) };
};

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
