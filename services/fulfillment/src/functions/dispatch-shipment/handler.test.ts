import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { answerOf, lambdaContext, mockTable } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb } = mockTable(resources);

const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const { shipmentId } = event.pathParameters;
const shipment = { kind: 'shipment', orderId, shipmentId, customerId: 'ada', status: 'requested' };
const reservation = { kind: 'reservation', orderId, lines: [{ sku: 'MUG-BLUE', quantity: 2 }] };
const trackingNumber = 'JD014600003SE';
const dispatched = { ...shipment, status: 'dispatched', trackingNumber };

const dispatch = (change: object = {}) =>
  answerOf(handler({ ...event, ...change } as never, lambdaContext('dispatchShipment')));
const found = (...items: Record<string, unknown>[]) => {
  dynamodb.on(GetCommand).resolves({ Item: { orderId } });
  return dynamodb.on(QueryCommand).resolvesOnce({ Items: items });
};

test('sends the parcel off, with its stock and its event in one transaction', async () => {
  found({ ...reservation, status: 'reserved' }, shipment);
  dynamodb.on(TransactWriteCommand).resolves({});

  expect(await dispatch()).toMatchObject({ statusCode: 200, body: { status: 'dispatched', trackingNumber } });

  const items = dynamodb.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems);
  expect(items).toHaveLength(1);
  expect(items[0]?.map(({ Put, Update }) => Put?.Item?.kind ?? Update?.Key?.pk)).toEqual([
    'shipment',
    'reservation',
    'STOCK#MUG-BLUE',
    'outbox',
  ]);
});

test('a shipment that nobody asked for is not found', async () => {
  dynamodb.on(GetCommand).resolves({});
  expect(await dispatch()).toMatchObject({ statusCode: 404 });
});

test.each([
  ['was cancelled', 'reserved', { ...shipment, status: 'cancelled' }, 'The shipment is cancelled'],
  [
    'has left under another number',
    'shipped',
    { ...dispatched, trackingNumber: 'X' },
    'The shipment has left',
  ],
  ['has lost its stock', 'released', shipment, 'The stock is not reserved'],
])('refuses a shipment that %s', async (_what, status, item, title) => {
  found({ ...reservation, status }, item);
  expect(await dispatch()).toMatchObject({ statusCode: 409, body: { title } });
});

test.each([undefined, '', 'abc', 'a b c d', '💥💥💥💥', 'x'.repeat(41), 4711])(
  'refuses the number %j',
  async (number) => {
    expect(await dispatch({ body: JSON.stringify({ trackingNumber: number }) })).toMatchObject({
      statusCode: 400,
      body: { errors: [{ field: 'trackingNumber' }] },
    });
  },
);

test('is for administrators', async () => {
  const authorizer = { jwt: { claims: { token_use: 'access', sub: 'someone' } } };
  expect(await dispatch({ requestContext: { ...event.requestContext, authorizer } })).toMatchObject({
    statusCode: 403,
  });
});
