import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import { productItem } from '../../items.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const product = { sku: 'MUG-BLUE', name: 'Mug', price: { amount: 1299, currency: 'EUR' }, version: 1 };
const updatedAt = '2026-01-02T03:04:05.000Z';

const getter = () => {
  const handler = createHandler();
  return async (sku = 'MUG-BLUE') => {
    const {
      statusCode,
      headers,
      body = '',
    } = await handler({ ...event, pathParameters: { sku } } as never, lambdaContext('getProduct'));
    return { statusCode, headers, body: JSON.parse(body) };
  };
};

test('answers a product, and reads it once for a while', async () => {
  dynamodb.on(GetCommand).resolves({ Item: productItem({ status: 'published', ...product, updatedAt }) });
  const get = getter();

  const answers = [await get(), await get()];

  for (const { statusCode, headers, body } of answers) {
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=5' });
    expect(body).toEqual(product);
  }
  expect(dynamodb.commandCalls(GetCommand)).toHaveLength(1);
});

test.each([
  ['is not on sale any more', productItem({ status: 'retired', ...product, updatedAt })],
  ['never was', undefined],
])('a product that %s is not found, and looked for once for a while', async (_what, Item) => {
  dynamodb.on(GetCommand).resolves({ ...(Item && { Item }) });
  const get = getter();

  expect(await get()).toMatchObject({ statusCode: 404, body: { title: 'Product not found' } });
  expect(await get()).toMatchObject({ statusCode: 404 });
  expect(dynamodb.commandCalls(GetCommand)).toHaveLength(1);
});

test.each(['../etc', 'mug', '☕', '-A', 'A'.repeat(41)])('refuses the SKU %j', async (sku) => {
  expect(await getter()(sku)).toMatchObject({ statusCode: 400, body: { errors: [{ field: 'sku' }] } });
});
