import { SendTaskSuccessCommand, SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import { answerOf, httpEvent, lambdaContext } from '@emporium/testing';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Order } from '../../domain/order.ts';
import { confirmedOrder, inReviewOrder, placedOrder, rejectedOrder, storeOf } from '../../test-helpers.ts';
import { orderWorkflow } from '../../workflow.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const sfn = mockClient(SFNClient);
const admin = { id: '5f0c9a52-7f5e-4a3e-9d0e-2c6a5d1b7a11', groups: ['admin'] };
const workflow = orderWorkflow(new SFNClient({ region: 'us-east-1' }), { arn: 'arn:of:the:workflow' });

beforeEach(() => {
  sfn.reset();
  sfn.on(SendTaskSuccessCommand).resolves({});
});

const reviewing = (order?: Order) => {
  const store = storeOf(order);
  const handler = createHandler({ store, workflow });
  const decide = async (body: unknown, customer: { id: string; groups?: string[] } = admin) => {
    const path = { orderId: inReviewOrder.orderId };
    return answerOf(
      handler(httpEvent({ method: 'POST', path, body, customer }), lambdaContext('reviewOrder')),
    );
  };
  return { store, handler, decide };
};

describe.each(['approve', 'decline'] as const)('%s', (decision) => {
  test('tells the workflow', async () => {
    const { store, decide } = reviewing(inReviewOrder);

    expect(await decide({ decision })).toEqual({
      statusCode: 202,
      body: { orderId: inReviewOrder.orderId, decision },
    });
    expect(sfn.commandCalls(SendTaskSuccessCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { taskToken: inReviewOrder.taskToken, output: JSON.stringify({ decision }) },
    ]);
    expect(store.order()).toMatchObject({ decision: { choice: decision, by: admin.id } });
  });
});

describe('is too late', () => {
  test('after a decision of somebody else', async () => {
    const { decide } = reviewing(inReviewOrder);
    await decide({ decision: 'approve' });

    const second = await decide({ decision: 'decline' }, { ...admin, id: 'another' });

    expect(second.statusCode).toBe(409);
    expect(sfn.commandCalls(SendTaskSuccessCommand)).toHaveLength(1);
  });

  test('when the workflow waits no more', async () => {
    sfn.on(SendTaskSuccessCommand).rejects(new TaskTimedOut({ message: 'gone', $metadata: {} }));

    expect((await reviewing(inReviewOrder).decide({ decision: 'approve' })).statusCode).toBe(409);
  });

  test.each([placedOrder, confirmedOrder, rejectedOrder])('or too early: $status', async (order) => {
    expect((await reviewing(order).decide({ decision: 'approve' })).statusCode).toBe(409);
    expect(sfn.calls()).toHaveLength(0);
  });
});

test('a decision that was noted but not heard can be given again', async () => {
  const { decide } = reviewing(inReviewOrder);
  sfn.on(SendTaskSuccessCommand).rejectsOnce(new Error('no network'));

  expect((await decide({ decision: 'approve' })).statusCode).toBe(500);
  expect((await decide({ decision: 'approve' })).statusCode).toBe(202);
});

test('is for administrators', async () => {
  expect(
    (await reviewing(inReviewOrder).decide({ decision: 'approve' }, { id: inReviewOrder.customerId }))
      .statusCode,
  ).toBe(403);
});

test('of an order that is not there is a 404', async () => {
  expect((await reviewing().decide({ decision: 'approve' })).statusCode).toBe(404);
});

test.each([{}, { decision: 'maybe' }, { decision: 'approve', force: true }])('%j is a 400', async (body) => {
  expect((await reviewing(inReviewOrder).decide(body)).statusCode).toBe(400);
});

test('takes the sample event', async () => {
  const answer = await reviewing(inReviewOrder).handler(sample as never, lambdaContext('reviewOrder'));

  expect(answer.statusCode).toBe(202);
});
