import { AwsError, type Invocation } from '../cloud.ts';
import type { ErrorPayload } from './messages.ts';

/** Lambda's limit of an answer: 6 MB, and a hundred bytes for its own use. */
const MAX_RESPONSE_BYTES = 6_291_556;

const TIMED_OUT = 'Sandbox.Timedout';

export const timedOut = (seconds: number): ErrorPayload => ({
  errorType: TIMED_OUT,
  errorMessage: `Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

export const outOfMemory: ErrorPayload = {
  errorType: 'Runtime.OutOfMemory',
  errorMessage: 'Error: Runtime exited with error: signal: killed',
};

/** The worker ended by itself, with `process.exit` or because nothing was left to do. */
export const exited = (code: number): ErrorPayload => ({
  errorType: 'Runtime.ExitError',
  errorMessage:
    code === 0
      ? 'Error: Runtime exited without providing a reason'
      : `Error: Runtime exited with error: exit status ${code}`,
});

/** What is wrong with the size of an answer, if anything is. */
export const oversized = (payload: string): ErrorPayload | undefined =>
  // A character takes three bytes at most: most answers need not be measured.
  payload.length * 3 > MAX_RESPONSE_BYTES && Buffer.byteLength(payload) > MAX_RESPONSE_BYTES
    ? {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      }
    : undefined;

/** A failed invocation; the platform's own errors name the request in their message, the code's don't. */
export const toInvocation = (requestId: string, error: ErrorPayload): Invocation => {
  const { errorType, errorMessage } = error;
  const isPlatforms = /^(Runtime|Sandbox)\./.test(errorType) && errorMessage.startsWith('Error: ');
  const named =
    isPlatforms && error.trace === undefined ? `RequestId: ${requestId} ${errorMessage}` : errorMessage;
  return { payload: JSON.stringify({ ...error, errorMessage: named }), functionError: 'Unhandled' };
};

/** A refusal in the words of Lambda's API. */
export const refusal = (code: string, message: string, status: number, reason?: string): AwsError =>
  new AwsError(code, message, status, { Type: 'User', ...(reason !== undefined && { Reason: reason }) });

const THROTTLED = 'TooManyRequestsException';

/** As many invocations of the function run as its template reserves. */
export const throttled = (): AwsError =>
  refusal(THROTTLED, 'Rate Exceeded.', 429, 'ReservedFunctionConcurrentInvocationLimitExceeded');

export const isThrottle = (error: unknown): boolean => error instanceof AwsError && error.code === THROTTLED;
