import { OrderId } from '@emporium/contracts';
import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { decideReview } from '../../domain/lifecycle.ts';
import { problems, ReviewClosed } from '../../errors.ts';
import { type OrdersStore, ordersStore } from '../../store.ts';
import { type OrderWorkflow, orderWorkflow } from '../../workflow.ts';

export const ReviewOrderBody = v.strictObject({
  decision: v.picklist(['approve', 'decline'], 'must be approve or decline'),
});

export interface Dependencies {
  readonly store?: Pick<OrdersStore, 'changeOrder'>;
  readonly workflow?: Pick<OrderWorkflow, 'completeReview'>;
}

export const createHandler = ({ store = ordersStore(), workflow = orderWorkflow() }: Dependencies = {}) =>
  httpHandler(
    { path: v.object({ orderId: OrderId }), body: ReviewOrderBody, roles: ['admin'], problems },
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
