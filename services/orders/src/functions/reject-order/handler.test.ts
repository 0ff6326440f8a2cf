import { RejectOrder } from '@emporium/contracts';
import { lambdaContext, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import {
  confirmedOrder,
  inReviewOrder,
  placedOrder,
  rejectedOrder,
  shippedOrder,
  storeOf,
  unpricedOrder,
} from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const context = lambdaContext('rejectOrder');
const { orderId } = placedOrder;

test.each([placedOrder, inReviewOrder, confirmedOrder])('rejects an order that is $status', async (order) => {
  const store = storeOf(order);

  expect(await createHandler({ store })({ orderId, reason: 'out_of_stock' }, context)).toEqual({
    orderId,
    status: 'rejected',
  });
  expect(store.order()).toMatchObject({ status: 'rejected', reason: 'out_of_stock' });
});

test.each([rejectedOrder, unpricedOrder])('a repeat keeps the first reason: $reason', async (order) => {
  const store = storeOf(order);

  await createHandler({ store })({ orderId, reason: 'internal_error' }, context);

  expect(store.order()).toEqual(order);
});

test('an order that has left stays as it is', async () => {
  await expect(
    createHandler({ store: storeOf(shippedOrder) })({ orderId, reason: 'internal_error' }, context),
  ).rejects.toMatchObject({ name: 'IllegalOrderTransition' });
});

test('an order that is not there is an error', async () => {
  await expect(createHandler({ store: storeOf() })(sample, context)).rejects.toMatchObject({
    name: 'OrderNotFound',
  });
});

testTask(RejectOrder, sample, (input) => createHandler({ store: storeOf(placedOrder) })(input, context));
