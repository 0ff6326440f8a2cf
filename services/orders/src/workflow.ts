import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { EventData, OrderPlaced } from '@emporium/contracts';
import { traced } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { ReviewDecision } from './domain/order.ts';

/** The order workflow, from the outside. */
export const orderWorkflow = (
  client: SFNClient = traced(new SFNClient()),
  stateMachine: { readonly arn: string } = resources.OrderWorkflow,
) => ({
  /** Starts an order's execution, once: it is named after the order. */
  async start(order: EventData<typeof OrderPlaced>): Promise<void> {
    try {
      await client.send(
        new StartExecutionCommand({
          stateMachineArn: stateMachine.arn,
          name: order.orderId,
          input: JSON.stringify(order),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  },

  /** Ends the wait for a review. `false`: it has ended already. */
  async completeReview(taskToken: string, decision: ReviewDecision): Promise<boolean> {
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ decision }) }));
      return true;
    } catch (error) {
      if (isClosed(error)) return false;
      throw error;
    }
  },
});

export type OrderWorkflow = ReturnType<typeof orderWorkflow>;

// Step Functions answers a token that was used, has run out or was replaced by a retry with any of these.
const isClosed = (error: unknown) =>
  error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
