import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import { productItem } from '../../items.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const product = {
  sku: 'MUG-BLUE',
  name: 'Mug',
  price: { amount: 1299, currency: 'EUR' },
  version: 1,
  updatedAt: '2026-01-02T03:04:05.000Z',
};
const retireIt = (change: object = {}) =>
  handler({ ...event, ...change } as never, lambdaContext('retireProduct'));

test('takes the product out of the index and tells it', async () => {
  dynamodb.on(GetCommand).resolves({ Item: productItem({ status: 'published', ...product }) });
  dynamodb.on(TransactWriteCommand).resolves({});

  expect(await retireIt()).toMatchObject({ statusCode: 204 });

  const [first, second] = dynamodb.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
  expect(first?.Put?.Item).toMatchObject({ status: 'retired', version: 2 });
  expect(first?.Put?.Item).not.toHaveProperty('listing');
  expect(second?.Put?.Item).toMatchObject({ event: { detailType: 'ProductRetired' } });
});

test('a repeat is fine and writes nothing', async () => {
  dynamodb.on(GetCommand).resolves({ Item: productItem({ status: 'retired', ...product }) });
  expect(await retireIt()).toMatchObject({ statusCode: 204 });
  expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
});

test('what never was is not found', async () => {
  dynamodb.on(GetCommand).resolves({});
  expect(await retireIt()).toMatchObject({ statusCode: 404 });
});

test('is for administrators', async () => {
  const authorizer = { jwt: { claims: { token_use: 'access', sub: 'someone' } } };
  expect(await retireIt({ requestContext: { ...event.requestContext, authorizer } })).toMatchObject({
    statusCode: 403,
  });
});
