/** A service that tasks call. */
export interface Integration {
  /** How IAM and the endpoint call the service. */
  readonly prefix: string;
  /** What error names begin with. */
  readonly errors: string;
  /** The error of a refusal that the service's API has no exception of its own for, such as a denied call. */
  readonly generic: string;
  /** What stands in brackets behind a refusal's message. */
  readonly origin: (status: number, code: string, requestId: string) => string;
}

/** The optimized integrations speak through AWS's older SDK. */
const optimized = (prefix: string, errors: string, service: string, generic = service): Integration => ({
  prefix,
  errors,
  generic: `${errors}.${generic}Exception`,
  origin: (status, code, requestId) =>
    `(Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
});

const sdk = (prefix: string, errors: string): Integration => ({
  prefix,
  errors,
  generic: `${errors}.${errors}Exception`,
  origin: (status, _code, requestId) =>
    `(Service: ${errors}, Status Code: ${status}, Request ID: ${requestId})`,
});

/** By the name in the resource. */
export const OPTIMIZED: Readonly<Record<string, Integration>> = {
  lambda: optimized('lambda', 'Lambda', 'AWSLambda'),
  dynamodb: optimized('dynamodb', 'DynamoDB', 'AmazonDynamoDBv2', 'AmazonDynamoDB'),
  events: optimized('events', 'EventBridge', 'AmazonEventBridge'),
  sqs: optimized('sqs', 'SQS', 'AmazonSQS'),
  sns: optimized('sns', 'SNS', 'AmazonSNS'),
  states: optimized('states', 'StepFunctions', 'AWSStepFunctions'),
};

/** `aws-sdk:<service>`, by the SDK's name of the service. */
export const SDK: Readonly<Record<string, Integration>> = {
  lambda: sdk('lambda', 'Lambda'),
  dynamodb: sdk('dynamodb', 'DynamoDb'),
  eventbridge: sdk('events', 'EventBridge'),
  sqs: sdk('sqs', 'Sqs'),
  sns: sdk('sns', 'Sns'),
  sfn: sdk('states', 'Sfn'),
  ssm: sdk('ssm', 'Ssm'),
  secretsmanager: sdk('secretsmanager', 'SecretsManager'),
};
