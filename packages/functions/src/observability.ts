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
