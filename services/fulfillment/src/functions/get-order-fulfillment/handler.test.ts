import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const { orderId } = event.pathParameters;
const owner = event.requestContext.authorizer.jwt.claims.sub;
const lines = [{ sku: 'MUG-BLUE', quantity: 2 }];
const reservation = { kind: 'reservation', status: 'reserved', orderId, lines, held: 1 };
const shipment = {
  kind: 'shipment',
  status: 'requested',
  orderId,
  shipmentId: 'shp_01JZ8K40CQ7W9X1Y3Z5A7B9C1D',
  customerId: owner,
  address: { name: 'Ada', street: 'Main Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
  requestedAt: '2026-01-02T03:04:05.000Z',
};
const barred = { kind: 'shipment', status: 'barred', orderId, cancelledAt: '2026-01-02T03:04:05.000Z' };

const get = async (items: object[], sub = owner, groups = '[customer]') => {
  dynamodb.on(QueryCommand).resolves({ Items: items as Record<string, unknown>[] });
  const authorizer = { jwt: { claims: { token_use: 'access', sub, 'cognito:groups': groups } } };
  return answerOf(
    handler(
      { ...event, requestContext: { ...event.requestContext, authorizer } } as never,
      lambdaContext('getOrderFulfillment'),
    ),
  );
};

test('shows the owner the reservation and the shipment', async () => {
  const { statusCode, body } = await get([reservation, shipment]);
  const { kind: _kind, orderId: _orderId, ...shown } = shipment;
  expect(statusCode).toBe(200);
  expect(body).toEqual({ orderId, reservation: { status: 'reserved', lines }, shipment: shown });
});

test.each([
  ["somebody else's order", [reservation, shipment], 'somebody-else', '[customer]', 404],
  ['an order without a shipment', [reservation], owner, '[customer]', 404],
  ['an order whose shipment was barred', [reservation, barred], owner, '[customer]', 404],
  ['no such order', [], owner, '[customer]', 404],
  ['an administrator, an order without a shipment', [reservation], 'boss', '[customer admin]', 200],
  ['an administrator, a barred shipment', [barred], 'boss', '[admin]', 200],
  ['an administrator, no such order', [], 'boss', '[admin]', 404],
])('%s', async (_what, items, sub, groups, statusCode) => {
  expect(await get(items, sub, groups)).toMatchObject({ statusCode });
});
