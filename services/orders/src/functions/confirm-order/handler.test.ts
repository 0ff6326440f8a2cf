import { ConfirmOrder } from '@emporium/contracts';
import { lambdaContext, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import {
  confirmedOrder,
  inReviewOrder,
  placedOrder,
  rejectedOrder,
  shippedOrder,
  storeOf,
} from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const context = lambdaContext('confirmOrder');
const { orderId } = placedOrder;

test.each([placedOrder, inReviewOrder])('confirms an order that is $status', async (order) => {
  const store = storeOf(order);

  expect(await createHandler({ store })({ orderId }, context)).toEqual({ orderId, status: 'confirmed' });
  expect(store.order()?.status).toBe('confirmed');
});

test.each([confirmedOrder, shippedOrder])('a repeat leaves an order $status', async (order) => {
  const store = storeOf(order);

  expect(await createHandler({ store })({ orderId }, context)).toEqual({ orderId, status: 'confirmed' });
  expect(store.order()).toEqual(order);
});

test('a late call does not bring a rejected order back', async () => {
  const store = storeOf(rejectedOrder);

  await expect(createHandler({ store })({ orderId }, context)).rejects.toMatchObject({
    name: 'IllegalOrderTransition',
  });
});

test('an order that is not there is an error', async () => {
  await expect(createHandler({ store: storeOf() })(sample, context)).rejects.toMatchObject({
    name: 'OrderNotFound',
  });
});

testTask(ConfirmOrder, sample, (input) => createHandler({ store: storeOf(placedOrder) })(input, context));
