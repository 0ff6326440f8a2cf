import { httpHandler } from '@emporium/functions';
import { decideReview } from '../../domain/lifecycle.ts';
import { problems, ReviewClosed } from '../../errors.ts';
import { OrderPath, ReviewOrderBody } from '../../requests.ts';
import { type OrderStore, orderStore } from '../../store.ts';
import { type OrderWorkflow, orderWorkflow } from '../../workflow.ts';

interface Dependencies {
  readonly store?: Pick<OrderStore, 'changeOrder'>;
  readonly workflow?: Pick<OrderWorkflow, 'completeReview'>;
}

export const createHandler = ({ store = orderStore(), workflow = orderWorkflow() }: Dependencies = {}) =>
  httpHandler(
    { path: OrderPath, body: ReviewOrderBody, roles: ['admin'], problems },
    async ({ path: { orderId }, body: { decision }, customer, correlationId }) => {
      const now = new Date().toISOString();
      // Noted before the workflow hears of it: after a crash in between, the same person can decide the same again.
      const order = await store.changeOrder(
        orderId,
        (current) => decideReview(current, decision, customer.id, now),
        { correlationId },
      );
      if (order.status !== 'in_review' || !(await workflow.completeReview(order.taskToken, decision)))
        throw new ReviewClosed(orderId);
      return { status: 202, body: { orderId, decision } };
    },
  );

export const handler = createHandler();
