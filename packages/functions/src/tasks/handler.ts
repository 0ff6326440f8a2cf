import type { TaskContract } from '@emporium/contracts';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { InferOutput } from 'valibot';
import { DomainError } from '../domain-error.ts';
import { correlate, countMisjudged, logger, metrics, type Observability, observe } from '../observability.ts';
import { tracer } from '../tracing.ts';
import { describeErrors, type FieldError, validate } from '../validation.ts';

/** A workflow step was given an input that breaks its contract. No retry mends it. */
export class InvalidTaskInput extends DomainError {
  constructor(task: string, errors: readonly FieldError[]) {
    super('InvalidTaskInput', { task, errors }, `${task}: ${describeErrors(errors)}`);
  }
}

const correlationIdOf = (input: unknown, context: Context): string => {
  const { orderId } = (input ?? {}) as { orderId?: unknown };
  return typeof orderId === 'string' ? orderId : context.awsRequestId;
};

/**
 * A Lambda handler for one step of a workflow: the input is checked by the contract, the order's id is the
 * correlation id, and a thrown error reaches the workflow under its own name.
 *
 * @throws InvalidTaskInput naming the field, before the step runs.
 *
 * @example
 * export const handler = taskHandler(ReserveStock, async ({ orderId, lines }) => {
 *   await store.reserve(orderId, lines);
 *   return { orderId, status: 'reserved' };
 * });
 */
export const taskHandler = <
  Contract extends TaskContract,
  const Result extends InferOutput<Contract['output']>,
>(
  contract: Contract,
  run: (input: InferOutput<Contract['input']>, context: Observability) => Promise<Result>,
) =>
  middy(
    (input: unknown, context: Context): Promise<Result> =>
      observe(context, async () => {
        const correlationId = correlationIdOf(input, context);
        correlate(correlationId);
        try {
          const checked = validate(contract.input, input);
          if ('errors' in checked) throw new InvalidTaskInput(contract.name, checked.errors);
          return await run(checked.value, { correlationId, logger, metrics, tracer });
        } catch (error) {
          report(contract, error);
          throw error;
        }
      }),
  );

const report = (contract: TaskContract, error: unknown): void => {
  const name = error instanceof Error ? error.name : 'Error';
  // An answer that the workflow expects is no alarm.
  if (contract.errors.includes(name)) {
    logger.info(`${contract.name} answers ${name}`, error as Error);
    countMisjudged('Refusals');
  } else {
    logger.error(`${contract.name} failed`, error as Error);
  }
};
