import { RequestReview } from '@emporium/contracts';
import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { storeOf } from '../../fakes.ts';
import { confirmedOrder, inReviewOrder, placedOrder, rejectedOrder } from '../../samples.ts';
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

test('an input that breaks the contract is an error that names the field', async () => {
  await expect(
    createHandler({ store: storeOf(placedOrder) })({ ...sample, orderId: '../x' }, context),
  ).rejects.toMatchObject({ name: 'InvalidTaskInput', message: expect.stringContaining('orderId') });
});

test('takes the sample event', async () => {
  const output = await createHandler({ store: storeOf(placedOrder) })(sample, context);

  expect(v.parse(RequestReview.output, output)).toEqual(output);
});
