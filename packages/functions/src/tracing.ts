import { Tracer } from '@aws-lambda-powertools/tracer';

/** The tracer as handlers get it: {@link tracer}. */
export type AppTracer = Tracer;

// AWS sets the daemon's address in every real execution environment. Where it is missing there is nobody to
// send segments to, and the X-Ray SDK would complain about a missing context at every call.
const enabled = process.env.AWS_XRAY_DAEMON_ADDRESS !== undefined;

/** The container's tracer. Does nothing where no X-Ray daemon listens. */
export const tracer: AppTracer = new Tracer({ enabled, captureHTTPsRequests: false });

/**
 * Makes an AWS SDK client's calls visible in X-Ray.
 *
 * @example
 * const sfn = traced(new SFNClient({}));
 */
export const traced = <Client>(client: Client): Client => tracer.captureAWSv3Client(client);

// Without a trace id there is no segment, and asking for one would print an error.
const isTraced = () => tracer.isTracingEnabled() && tracer.getRootXrayTraceId() !== undefined;

/** Makes a trace findable by a value. */
export const annotate = (key: string, value: string): void => {
  if (isTraced()) tracer.putAnnotation(key, value);
};

/** Runs an invocation in the subsegment that X-Ray shows as the handler's own time. */
export const inSubsegment = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  const parent = isTraced() ? tracer.getSegment() : undefined;
  if (!parent) return run();
  const subsegment = parent.addNewSubsegment(`## ${process.env._HANDLER ?? 'handler'}`);
  tracer.setSegment(subsegment);
  tracer.annotateColdStart();
  tracer.addServiceNameAnnotation();
  try {
    return await run();
  } catch (error) {
    tracer.addErrorAsMetadata(error as Error);
    throw error;
  } finally {
    subsegment.close();
    tracer.setSegment(parent);
  }
};
