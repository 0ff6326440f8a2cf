import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { type AppTracer, annotate, inSubsegment } from './tracing.ts';

/** The container's logger: JSON lines with the function's name, the request id and the correlation id. */
export const logger = new Logger();

/** The container's metrics, printed in the embedded metric format at the end of each invocation. */
export const metrics = new Metrics();

/** What every handler is given besides its input. */
export interface Observability {
  /** The request, event or order that led here; stands in every log line. */
  readonly correlationId: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: AppTracer;
}

/**
 * Counts what Lambda's own `Errors` takes for the contrary, per version of the function: `Faults` are failures that the
 * invocation itself survived (an answer of 500, a message to be delivered again), `Refusals` are thrown as answers
 * that a workflow expects. A release is judged by `Errors` with both put right.
 */
export const countMisjudged = (name: 'Faults' | 'Refusals', count = 1): void => {
  if (count === 0) return;
  const single = metrics.singleMetric();
  single.addDimensions({
    function_name: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown',
    version: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? 'unknown',
  });
  single.addMetric(name, 'Count', count);
};

/** Puts the correlation id into every log line from here on, and into the trace. */
export const correlate = (correlationId: string): void => {
  logger.appendKeys({ correlationId });
  annotate('correlationId', correlationId);
};

/** Runs one invocation: in a trace subsegment, with a clean logger, and with the metrics out at its end. */
export const observe = async <Result>(context: Context, run: () => Promise<Result>): Promise<Result> => {
  logger.addContext(context);
  metrics.setFunctionName(context.functionName);
  metrics.captureColdStartMetric();
  try {
    return await inSubsegment(run);
  } finally {
    logger.resetKeys();
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};
