import { RequestReview } from '@emporium/contracts';
import { lambdaContext, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { confirmedOrder, inReviewOrder, placedOrder, rejectedOrder, storeOf } from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const context = lambdaContext('requestReview');
const { orderId } = placedOrder;

test('puts the order before a person', async () => {
  const store = storeOf(placedOrder);

  expect(await createHandler({ store })({ orderId, taskToken: 'token-1' }, context)).toEqual({ orderId });
  expect(store.order()).toMatchObject({ status: 'in_review', taskToken: 'token-1' });
});

test('a repeat of the workflow hands over the token that counts', async () => {
  const store = storeOf(inReviewOrder);

  await createHandler({ store })({ orderId, taskToken: 'token-2' }, context);

  expect(store.order()).toMatchObject({ status: 'in_review', taskToken: 'token-2' });
});

test.each([confirmedOrder, rejectedOrder])('not once it is $status', async (order) => {
  await expect(
    createHandler({ store: storeOf(order) })({ orderId, taskToken: 'token-1' }, context),
  ).rejects.toMatchObject({ name: 'IllegalOrderTransition' });
});

test('an order that is not there is an error', async () => {
  await expect(createHandler({ store: storeOf() })(sample, context)).rejects.toMatchObject({
    name: 'OrderNotFound',
  });
});

testTask(RequestReview, sample, (input) => createHandler({ store: storeOf(placedOrder) })(input, context));
