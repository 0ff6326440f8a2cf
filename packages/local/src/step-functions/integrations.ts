import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import { StateError } from './asl/errors.ts';
import type { TaskCall } from './asl/run.ts';

type Fields = Readonly<Record<string, unknown>>;
type Call = <Output = Fields>(prefix: string, action: string, input: unknown) => Promise<Output>;

interface Integration {
  /** How IAM and the endpoint call the service. */
  readonly prefix: string;
  /** What error names begin with. */
  readonly errors: string;
}

/** The optimized integrations, by the name in the resource. */
const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  lambda: { prefix: 'lambda', errors: 'Lambda' },
  dynamodb: { prefix: 'dynamodb', errors: 'DynamoDB' },
  events: { prefix: 'events', errors: 'EventBridge' },
  sqs: { prefix: 'sqs', errors: 'SQS' },
  sns: { prefix: 'sns', errors: 'SNS' },
  states: { prefix: 'states', errors: 'StepFunctions' },
};

/** `aws-sdk:<service>`, by the SDK's name of the service. */
const SDK_INTEGRATIONS: Readonly<Record<string, Integration>> = {
  lambda: { prefix: 'lambda', errors: 'Lambda' },
  dynamodb: { prefix: 'dynamodb', errors: 'DynamoDb' },
  eventbridge: { prefix: 'events', errors: 'EventBridge' },
  sqs: { prefix: 'sqs', errors: 'Sqs' },
  sns: { prefix: 'sns', errors: 'Sns' },
  sfn: { prefix: 'states', errors: 'Sfn' },
  ssm: { prefix: 'ssm', errors: 'Ssm' },
  secretsmanager: { prefix: 'secretsmanager', errors: 'SecretsManager' },
};

/** How often a nested execution that is waited for is looked at, in milliseconds. */
const SYNC_POLL = 50;

const asText = (value: unknown): unknown =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const mapKeys = (fields: object, rename: (key: string) => string) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [rename(key), value]));

interface Answer {
  readonly StatusCode: number;
  readonly Payload?: string;
  readonly FunctionError?: string;
}

/** A function's own failure: its error type is the error name, its whole payload the cause. */
const throwFunctionError = (payload: string): never => {
  const { errorType } = JSON.parse(payload) as { errorType?: string };
  throw new StateError(errorType || 'Error', payload);
};

const readPayload = ({ FunctionError, Payload = 'null' }: Answer): unknown =>
  FunctionError === undefined ? JSON.parse(Payload) : throwFunctionError(Payload);

const invokeFunction = async (call: Call, input: Fields): Promise<unknown> => {
  const answer = await call<Answer>('lambda', 'Invoke', {
    ...input,
    Payload: JSON.stringify(input.Payload ?? {}),
  });
  if (input.InvocationType !== undefined && input.InvocationType !== 'RequestResponse')
    return { StatusCode: answer.StatusCode, Payload: '' };
  return { ExecutedVersion: '$LATEST', Payload: readPayload(answer), StatusCode: answer.StatusCode };
};

const putEvents = async (call: Call, { Entries = [], ...input }: { Entries?: readonly Fields[] }) => {
  const entries = Entries.map((entry) => ({ ...entry, Detail: asText(entry.Detail) }));
  const result = await call<{ FailedEntryCount: number }>('events', 'PutEvents', {
    ...input,
    Entries: entries,
  });
  if (result.FailedEntryCount > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(result));
  return result;
};

const startExecution = async (call: Call, input: Fields, mode: string): Promise<unknown> => {
  const fields = mapKeys({ ...input, Input: asText(input.Input ?? {}) }, camel);
  const started = await call<{ executionArn: string }>('states', 'StartExecution', fields);
  if (!mode.startsWith('sync')) return mapKeys(started, pascal);
  for (;;) {
    const { executionArn } = started;
    const execution = await call<{ status: string; output?: string }>('states', 'DescribeExecution', {
      executionArn,
    });
    if (execution.status === 'SUCCEEDED') {
      const output = mode === 'sync:2' ? JSON.parse(execution.output ?? 'null') : execution.output;
      return { ...mapKeys(execution, pascal), Output: output };
    }
    if (execution.status !== 'RUNNING')
      throw new StateError('States.TaskFailed', JSON.stringify(mapKeys(execution, pascal)));
    await delay(SYNC_POLL);
  }
};

const perform = (
  call: Call,
  service: string,
  action: string,
  mode: string,
  input: Fields,
): Promise<unknown> => {
  switch (`${service}:${action}`) {
    case 'lambda:invoke':
      return invokeFunction(call, input);
    case 'events:putEvents':
      return putEvents(call, input);
    case 'states:startExecution':
      return startExecution(call, input, mode);
    case 'sqs:sendMessage':
      return call('sqs', 'SendMessage', { ...input, MessageBody: asText(input.MessageBody) });
    case 'sns:publish':
      return call('sns', 'Publish', { ...input, Message: asText(input.Message) });
    default:
      return call(INTEGRATIONS[service]?.prefix ?? service, pascal(action), input);
  }
};

/** Gives a refusal of AWS its Step Functions name: `DynamoDB.ConditionalCheckFailedException`. */
const named = (errors: string, thrown: unknown): unknown => {
  if (!(thrown instanceof AwsError)) return thrown;
  if (errors === 'Lambda' && thrown.code === 'AccessDeniedException')
    return new StateError('Lambda.AWSLambdaException', thrown.message);
  const code = thrown.code.endsWith('Exception') ? thrown.code : `${thrown.code}Exception`;
  return new StateError(`${errors}.${code}`, thrown.message);
};

/** Does the work of a task as the state machine's role, so that its policies decide. */
export const createInvoke = (cloud: Cloud, { roleArn, name }: { roleArn: string; name: string }) => {
  const caller: Caller = { kind: 'role', roleArn, name };
  const call: Call = (prefix, action, input) => cloud.call(caller, prefix, action, input);

  return async ({ resource, arguments: input }: Omit<TaskCall, 'state'>): Promise<unknown> => {
    const [, isFunction] = /^arn:[^:]+:(lambda):/.exec(resource) ?? [];
    const [, sdk, service = '', action = '', mode = ''] =
      /^arn:[^:]*:states:::(aws-sdk:)?([^:]+):([^.]+)(?:\.(.+))?$/.exec(resource) ?? [];
    const integration = isFunction ? INTEGRATIONS.lambda : (sdk ? SDK_INTEGRATIONS : INTEGRATIONS)[service];
    if (!integration)
      throw new StateError('States.Runtime', `The resource ${resource} has no local counterpart`);
    try {
      if (isFunction)
        return readPayload(
          await call('lambda', 'Invoke', { FunctionName: resource, Payload: JSON.stringify(input) }),
        );
      if (sdk) return await call(integration.prefix, pascal(action), input);
      return await perform(call, service, action, mode, input as Fields);
    } catch (thrown) {
      throw named(integration.errors, thrown);
    }
  };
};
