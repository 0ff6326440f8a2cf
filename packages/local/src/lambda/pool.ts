import type { Invocation, Log } from '../cloud.ts';
import { addEmbedded } from '../cloudwatch/emf.ts';
import type { MetricStore } from '../cloudwatch/metrics.ts';
import { type Tracing, untraced } from '../xray/tracing.ts';
import type { FunctionCode } from './code.ts';
import type { FunctionDefinition } from './definition.ts';
import { oversized, throttled, timedOut, toInvocation } from './failures.ts';
import type { Answer, Call, ErrorPayload } from './messages.ts';
import { createWorkers, type WorkerOptions } from './workers.ts';

/** What a function is to be invoked with. */
export interface InvocationRequest {
  /** JSON text. */
  readonly event: string;
  /** The same for all attempts at an asynchronous invocation. */
  readonly requestId: string;
  /** Where the caller named the function with one. */
  readonly qualifier?: string | undefined;
  readonly clientContext?: unknown;
  /** The trace that the invocation is part of. */
  readonly traceHeader?: string | undefined;
}

/** One function, ready to be invoked. */
export interface Pool {
  /** Throws a TooManyRequestsException where as many invocations run as the template reserves. */
  invoke(request: InvocationRequest): Promise<Invocation>;
  /** From the next invocation on the code in the folder runs; what is running ends with the code that it has. */
  renew(codeFolder: string): void;
  stop(): Promise<void>;
}

interface PoolOptions extends Omit<WorkerOptions, 'codeFolder' | 'onLine' | 'onLoss'> {
  readonly code: FunctionCode;
  readonly log: Log;
  readonly metrics: MetricStore;
  /** Undefined where the function is not traced. */
  readonly tracing: Tracing | undefined;
}

export const createPool = (definition: FunctionDefinition, options: PoolOptions): Pool => {
  const { code, log, metrics, tracing, inspect } = options;
  const { label, reserved = Number.POSITIVE_INFINITY } = definition;
  let running = 0;
  let stopped = false;

  const report = (error: ErrorPayload): void => {
    // Calls that are cut off because everything stops are made again at the next start.
    if (!stopped) log.error(label, describeError(error, code));
  };
  const workers = createWorkers(definition, {
    ...options,
    codeFolder: code.folder,
    onLine: (line) => {
      addEmbedded(metrics, line);
      log.info(label, code.translate(line));
    },
    onLoss: report,
  });

  const dimensions = { FunctionName: definition.name };
  const count = (name: string): void => metrics.put({ namespace: 'AWS/Lambda', name, dimensions, value: 1 });

  const fail = (requestId: string, error: ErrorPayload): Invocation => {
    count('Errors');
    report(error);
    return toInvocation(requestId, error);
  };

  const run = async (request: InvocationRequest): Promise<Invocation> => {
    count('Invocations');
    const instance = await workers.acquire();
    if ('errorType' in instance) return fail(request.requestId, instance);
    const since = performance.now();
    const trace = tracing?.begin(definition, request.traceHeader);
    const traceId = trace?.header ?? untraced(request.traceHeader);
    const { logStreamName } = instance;
    const call = instance.call(describeCall(definition, request, { logStreamName, traceId }));
    const answer = inspect ? await call : await withTimeout(call, definition.timeoutSeconds);
    const value = performance.now() - since;
    metrics.put({ namespace: 'AWS/Lambda', name: 'Duration', dimensions, value, unit: 'Milliseconds' });
    // What is still running after a time-out would answer the next event.
    if (answer === 'late') workers.discard(instance);
    else workers.release(instance);
    trace?.end({ requestId: request.requestId, failed: answer === 'late' || answer.kind !== 'result' });
    if (answer === 'late') return fail(request.requestId, timedOut(definition.timeoutSeconds));
    if (answer.kind !== 'result') return fail(request.requestId, (answer as { error: ErrorPayload }).error);
    const error = oversized(answer.payload);
    return error === undefined ? { payload: answer.payload } : fail(request.requestId, error);
  };

  return {
    invoke: async (request) => {
      if (running >= reserved) {
        count('Throttles');
        throw throttled();
      }
      running += 1;
      try {
        return await run(request);
      } finally {
        running -= 1;
      }
    },
    renew: (folder) => {
      code.replace(folder);
      workers.renew();
    },
    stop: async () => {
      stopped = true;
      await workers.stop();
    },
  };
};

/** The first lines of a stack that are the function's own. */
const SHOWN_FRAMES = 5;

/** An error as the log shows it: `type: message`, and where in the sources it came from. */
const describeError = (
  { errorType, errorMessage, trace = [] }: ErrorPayload,
  { translate }: FunctionCode,
): string => {
  const frames = trace
    .filter((line) => line.startsWith('    at ') && !/node:|\/var\/runtime\//.test(line))
    .map(translate)
    .filter((line) => !line.includes('node_modules'));
  return [`${errorType}: ${errorMessage}`, ...frames.slice(0, SHOWN_FRAMES)].join('\n');
};

const describeCall = (
  definition: FunctionDefinition,
  { event, requestId, qualifier, clientContext }: InvocationRequest,
  { logStreamName, traceId }: { logStreamName: string; traceId: string },
): Call => ({
  event,
  remainingMs: definition.timeoutSeconds * 1000,
  traceId,
  context: {
    functionName: definition.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: qualifier === undefined ? definition.arn : `${definition.arn}:${qualifier}`,
    memoryLimitInMB: String(definition.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName,
    ...(clientContext !== undefined && { clientContext }),
  },
});

const withTimeout = (call: Promise<Answer>, seconds: number): Promise<Answer | 'late'> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000, 'late' as const);
    void call.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
