import { randomUUID } from 'node:crypto';
import { AwsError, type Invocation } from '../cloud.ts';

/** What each service answers when it is its own fault; the SDK tries such a call again. From each service's API reference, "Common errors". */
const breakdowns: Readonly<Record<string, readonly [code: string, status: number]>> = {
  'cognito-idp': ['InternalErrorException', 500],
  dynamodb: ['InternalServerError', 500],
  events: ['InternalException', 500],
  kms: ['KMSInternalException', 500],
  lambda: ['ServiceException', 500],
  s3: ['InternalError', 500],
  scheduler: ['InternalServerException', 500],
  secretsmanager: ['InternalServiceError', 500],
  ses: ['InternalServiceErrorException', 500],
  sns: ['InternalError', 500],
  ssm: ['InternalServerError', 500],
};

/** Any other service, such as SQS and Step Functions: AWS's common error. */
const COMMON = ['ServiceUnavailable', 503] as const;

/** The status that AWS gives an error with such a name; what a client has done wrong is a 400. */
const statuses: readonly (readonly [RegExp, number])[] = [
  [/TooManyRequests/, 429],
  [/Unavailable|SlowDown/, 503],
  [
    /^Internal|ServiceException$|InternalException$|InternalFailure|ServerError|ServerException|ServiceError/,
    500,
  ],
  [/AccessDenied|^NotAuthorized$/, 403],
];

/** The error of an AWS API that breaks down, or the named one, in AWS's shape. */
export const apiError = (prefix: string, name: string | undefined): AwsError => {
  const [code, status] =
    name === undefined ? (breakdowns[prefix] ?? COMMON) : ([name, statusOf(prefix, name)] as const);
  return new AwsError(code, 'Failed on purpose (--fault)', status);
};

const statusOf = (prefix: string, name: string): number => {
  const breakdown = breakdowns[prefix];
  if (breakdown?.[0] === name) return breakdown[1];
  return statuses.find(([pattern]) => pattern.test(name))?.[1] ?? 400;
};

/** What Lambda gives for a function that crashes, or that throws the named error. */
export const failedInvocation = (name: string | undefined): Invocation => {
  const error =
    name === undefined
      ? {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${randomUUID()} Error: Runtime exited with error: exit status 1`,
        }
      : { errorType: name, errorMessage: 'Failed on purpose (--fault)', trace: [] };
  return { payload: JSON.stringify(error), functionError: 'Unhandled' };
};
