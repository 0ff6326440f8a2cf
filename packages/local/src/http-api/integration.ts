import { AwsError, type Cloud, type Invocation } from '../cloud.ts';
import { StartError } from '../start-error.ts';

interface Request {
  readonly functionArn: string;
  /** The route or the authorizer on whose behalf API Gateway calls. */
  readonly sourceArn: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  /** What messages call it. */
  readonly label: string;
}

/** Invokes a function as API Gateway does. Undefined, with a line in the log, where that does not come to an end. */
export type InvokeFunction = (request: Request) => Promise<Invocation | undefined>;

/** An integration that is not there in time, or too busy: HTTP APIs answer 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/**
 * Invokes functions as the service principal `apigateway.amazonaws.com`, so that a missing `AWS::Lambda::Permission`
 * shows.
 *
 * @throws Unavailable where the function takes too long or is throttled.
 * @throws AwsError for an event that is too large.
 */
export const createInvoke = (cloud: Cloud): InvokeFunction => {
  return async ({ functionArn, sourceArn, event, timeoutMs, label }) => {
    const caller = { kind: 'service', principal: 'apigateway.amazonaws.com', sourceArn } as const;
    const input = { FunctionName: functionArn, Payload: event };
    try {
      const output = await inTime(
        cloud.call<{ Payload?: string; FunctionError?: 'Unhandled' }>(caller, 'lambda', 'Invoke', input),
        timeoutMs,
      );
      return {
        payload: output.Payload ?? '',
        ...(output.FunctionError !== undefined && { functionError: output.FunctionError }),
      };
    } catch (error) {
      if (error instanceof AwsError && error.status === 413) throw error;
      if (error instanceof AwsError && error.code === 'TooManyRequestsException')
        throw new Unavailable(error.message);
      if (error instanceof Unavailable) {
        cloud.log.warn(label, error.message);
        throw error;
      }
      cloud.log.error(label, explain(error, functionArn, sourceArn));
      return undefined;
    }
  };
};

const explain = (error: unknown, functionArn: string, sourceArn: string): string =>
  error instanceof AwsError && error.code === 'AccessDeniedException'
    ? `API Gateway may not invoke ${functionArn}: add an AWS::Lambda::Permission with Action lambda:InvokeFunction, Principal apigateway.amazonaws.com and a SourceArn that fits ${sourceArn}`
    : (error as Error).message;

/** The function goes on when nobody waits for it any more. */
const inTime = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable(`took longer than ${ms} ms: answered 503`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** From a function's ARN, or the URI in which API Gateway wraps one; throws a StartError that names `place`. */
export const functionArnOf = (uri: string, place: string): string => {
  const [, wrapped] = /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  const arn = wrapped ?? uri;
  if (!/^arn:[^:]+:lambda:/.test(arn))
    throw new StartError(`${place} leads to "${uri}": a Lambda function is needed`);
  return arn;
};
