/** Errors of Step Functions itself: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const STATES =
  'States.(ALL|DataLimitExceeded|ExceedToleratedFailureThreshold|HeartbeatTimeout|Http.Socket|ItemReaderFailed|Permissions|QueryEvaluationError|ResultWriterFailed|Runtime|TaskFailed|Timeout)';

/** Errors of Lambda and of its runtime: they are thrown for a function whose code knows nothing of them. */
const LAMBDA =
  'Lambda.(AWSLambdaException|ClientExecutionTimeoutException|ResourceNotReadyException|SdkClientException|ServiceException|TooManyRequestsException|Unknown)|Sandbox.Timedout|Runtime.(ExitError|HandlerNotFound|ImportModuleError|OutOfMemory|UserCodeSyntaxError)';

/** Errors of every API, whose names come with the answer: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html */
const COMMON = 'InternalFailure|RequestExpired|ServiceUnavailable|ThrottlingException';

/** The names of errors that AWS throws. */
export const byAws = new RegExp(`^(${STATES}|${LAMBDA}|${COMMON})$`.replaceAll('.', '\\.'));
