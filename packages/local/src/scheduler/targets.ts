import type { Cloud } from '../cloud.ts';
import type { RetryPolicy } from '../event-bridge/retrying.ts';
import { queueUrlOf } from '../event-bridge/targets.ts';

/** What a schedule invokes. */
export interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly RetryPolicy?: RetryPolicy;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly EventBridgeParameters?: { readonly DetailType: string; readonly Source: string };
}

/** An AWS call that invokes a target. */
interface Request {
  readonly prefix: string;
  readonly action: string;
  readonly input: unknown;
}

type ToRequest = (target: Target, input: string, cloud: Cloud) => Request;

/** Targets that AWS has templates for, by the service in their ARN. */
const TEMPLATED: Readonly<Record<string, ToRequest>> = {
  lambda: ({ Arn }, Payload) => ({
    prefix: 'lambda',
    action: 'Invoke',
    input: { FunctionName: Arn, InvocationType: 'Event', Payload },
  }),
  sqs: ({ Arn, SqsParameters }, MessageBody, cloud) => ({
    prefix: 'sqs',
    action: 'SendMessage',
    input: { QueueUrl: queueUrlOf(cloud, Arn), MessageBody, ...SqsParameters },
  }),
  sns: ({ Arn }, Message) => ({ prefix: 'sns', action: 'Publish', input: { TopicArn: Arn, Message } }),
  states: ({ Arn }, input) => ({
    prefix: 'states',
    action: 'StartExecution',
    input: { stateMachineArn: Arn, input },
  }),
  events: ({ Arn, EventBridgeParameters }, Detail) => ({
    prefix: 'events',
    action: 'PutEvents',
    input: { Entries: [{ EventBusName: Arn, Detail, ...EventBridgeParameters }] },
  }),
};

/** `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`: any action of any service. */
const UNIVERSAL = /^arn:aws:scheduler:::aws-sdk:([a-z0-9-]+):([a-zA-Z0-9]+)$/;

/** Actions that only read are refused. */
const READ_ONLY =
  /^(?:get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|translate|verify|head|count)/;

/** IAM's name for a service that SDKs call otherwise. */
const PREFIXES: Readonly<Record<string, string>> = {
  eventbridge: 'events',
  sfn: 'states',
  sesv2: 'ses',
  cognitoidentityprovider: 'cognito-idp',
};

export const isSupportedTarget = (arn: string): boolean => {
  const [, , action] = UNIVERSAL.exec(arn) ?? [];
  return action === undefined ? Object.hasOwn(TEMPLATED, arn.split(':')[2] ?? '') : !READ_ONLY.test(action);
};

/** What is called, and with what, to invoke a target. */
export const requestFor: ToRequest = (target, input, cloud) => {
  const [, service, action] = UNIVERSAL.exec(target.Arn) ?? [];
  if (service !== undefined && action !== undefined)
    return {
      prefix: PREFIXES[service] ?? service,
      action: action.slice(0, 1).toUpperCase() + action.slice(1),
      input: JSON.parse(input),
    };
  const toRequest = TEMPLATED[target.Arn.split(':')[2] ?? ''];
  if (toRequest === undefined) throw new Error(`${target.Arn} is no target of a schedule`);
  return toRequest(target, input, cloud);
};
