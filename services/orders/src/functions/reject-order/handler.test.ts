import { RejectOrder } from '@emporium/contracts';
import { lambdaContext } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { storeOf } from '../../fakes.ts';
import {
  confirmedOrder,
  inReviewOrder,
  placedOrder,
  rejectedOrder,
  shippedOrder,
  unpricedOrder,
} from '../../samples.ts';
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

test('an input that breaks the contract is an error that names the field', async () => {
  await expect(
    createHandler({ store: storeOf(placedOrder) })({ ...sample, orderId: '../x' }, context),
  ).rejects.toMatchObject({ name: 'InvalidTaskInput', message: expect.stringContaining('orderId') });
});

test('takes the sample event', async () => {
  const output = await createHandler({ store: storeOf(placedOrder) })(sample, context);

  expect(v.parse(RejectOrder.output, output)).toEqual(output);
});
