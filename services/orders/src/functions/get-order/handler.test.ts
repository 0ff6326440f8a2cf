import { answerOf, httpEvent, lambdaContext } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../domain/order.ts';
import { OrderNotFound } from '../../errors.ts';
import { inReviewOrder, rejectedOrder, shippedOrder, unpricedOrder } from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const handlerFor = (order?: Order) =>
  createHandler({
    orders: {
      get: async (orderId) => {
        if (!order) throw new OrderNotFound(orderId);
        return order;
      },
    },
  });

const get = async (
  order: Order | undefined,
  customer: { id: string; groups?: string[] },
  orderId?: string,
) => {
  const path = { orderId: orderId ?? order?.orderId ?? shippedOrder.orderId };
  return answerOf(handlerFor(order)(httpEvent({ path, customer }), lambdaContext('getOrder')));
};

const owner = { id: shippedOrder.customerId };
const stranger = { id: '0d4cf3b8-6a1f-4f0e-8f60-6f7a0b0c7c11' };

describe('a customer sees of an own order', () => {
  test('its status, lines, total and timeline', async () => {
    const { orderId, lines, total, timeline, shippingAddress, trackingNumber, placedAt } = shippedOrder;

    expect(await get(shippedOrder, owner)).toEqual({
      statusCode: 200,
      body: {
        orderId,
        status: 'shipped',
        lines,
        total,
        shippingAddress,
        trackingNumber,
        placedAt,
        timeline: [...timeline],
      },
    });
  });

  test('why it was rejected', async () => {
    expect((await get(rejectedOrder, owner)).body).toMatchObject({
      status: 'rejected',
      reason: 'payment_declined',
    });
  });

  test('which products were unknown', async () => {
    expect((await get(unpricedOrder, owner)).body).toMatchObject({
      status: 'rejected',
      reason: 'unknown_product',
      unknownSkus: ['NO-SUCH'],
      lines: [{ sku: 'NO-SUCH', quantity: 1 }],
    });
  });

  test('neither the task token nor the payment method', async () => {
    const { body } = await get(inReviewOrder, owner);

    expect(body.status).toBe('in_review');
    expect(JSON.stringify(body)).not.toMatch(/token|pm_card/i);
  });
});

test("an administrator sees anybody's", async () => {
  expect((await get(shippedOrder, { ...stranger, groups: ['admin'] })).statusCode).toBe(200);
});

test("somebody else's looks like one that is not there", async () => {
  const theirs = await get(shippedOrder, stranger);
  const nobodys = await get(undefined, stranger);

  expect(theirs.statusCode).toBe(404);
  expect({ ...theirs.body, correlationId: '' }).toEqual({ ...nobodys.body, correlationId: '' });
});

test.each(['1', '../users/me', '🛒', 'ord_'])('an id of %p is a 400', async (orderId) => {
  expect((await get(shippedOrder, owner, orderId)).statusCode).toBe(400);
});

test('takes the sample event', async () => {
  const answer = await handlerFor(shippedOrder)(sample as never, lambdaContext('getOrder'));

  expect(answer.statusCode).toBe(200);
});
