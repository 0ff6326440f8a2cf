import { toCursor } from '@emporium/functions';
import { answerOf, httpEvent, lambdaContext } from '@emporium/testing';
import { expect, jest, test } from '@jest/globals';
import type { OrderPosition } from '../../items.ts';
import type { OrderStore } from '../../store.ts';
import { placedOrder, unpricedOrder } from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const here: OrderPosition = [placedOrder.placedAt, placedOrder.orderId];
const customer = { id: placedOrder.customerId };

const list = (query: Record<string, string>, listOrders: OrderStore['listOrders']) =>
  answerOf(
    createHandler({ store: { listOrders } })(httpEvent({ query, customer }), lambdaContext('listOrders')),
  );

const nothing = async () => ({ items: [], next: undefined });

test("gives summaries of the customer's own orders, and where to go on", async () => {
  const listOrders = jest.fn<OrderStore['listOrders']>(async () => ({
    items: [placedOrder, unpricedOrder],
    next: here,
  }));

  const { statusCode, body } = await list({ limit: '2', cursor: toCursor(here) }, listOrders);

  expect(statusCode).toBe(200);
  const { orderId, placedAt, total } = placedOrder;
  expect(body).toEqual({
    items: [
      { orderId, status: 'placed', total, placedAt },
      { orderId, status: 'rejected', reason: 'unknown_product', placedAt },
    ],
    nextCursor: toCursor(here),
  });
  expect(listOrders).toHaveBeenCalledWith(customer.id, { limit: 2, cursor: here });
});

test('lists twenty without being asked for a number', async () => {
  const listOrders = jest.fn<OrderStore['listOrders']>(nothing);

  expect((await list({}, listOrders)).body).toEqual({ items: [] });
  expect(listOrders).toHaveBeenCalledWith(customer.id, { limit: 20 });
});

test.each(['0', '101', '-1', '1.5', 'many', ''])('a limit of %p is a 400', async (limit) => {
  const { statusCode, body } = await list({ limit }, nothing);

  expect(statusCode).toBe(400);
  expect(body.errors[0].field).toBe('limit');
});

test.each(['', 'x', '🛒', btoa('{}'), btoa('["2026-01-01T00:00:00.000Z","../x"]'), btoa('null')])(
  'a cursor of %p is a 400',
  async (cursor) => {
    const { statusCode, body } = await list({ cursor }, nothing);

    expect(statusCode).toBe(400);
    expect(body.errors[0].field).toBe('cursor');
  },
);

test('takes the sample event', async () => {
  const answer = await createHandler({ store: { listOrders: nothing } })(
    sample as never,
    lambdaContext('listOrders'),
  );

  expect(answer.statusCode).toBe(200);
});
