import type { Context } from 'aws-lambda';

let requests = 0;

/**
 * The context of an invocation of `functionName`.
 *
 * @example
 * await handler(httpEvent({ path: { sku: 'MUG' } }), lambdaContext('getProduct'));
 */
export const lambdaContext = (functionName = 'test'): Context => {
  requests += 1;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    awsRequestId: `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
    memoryLimitInMB: '256',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'test',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 10_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
};
