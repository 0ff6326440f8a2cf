import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import type { Envelope } from './events.ts';
import { inputFor } from './input.ts';
import type { Rule, Target } from './rules.ts';

interface Message {
  readonly input: string;
  readonly event: Envelope;
  readonly traceHeader: string | undefined;
}

type Send = (cloud: Cloud, caller: Caller, target: Target, message: Message) => Promise<unknown>;

/** The URL of the queue with an ARN. */
export const queueUrlOf = (cloud: Cloud, arn: string): string => {
  const queue = cloud.ofType('AWS::SQS::Queue').find((resource) => resource.arn === arn);
  return queue?.ref ?? `${cloud.endpoint}/${cloud.accountId}/${arn.split(':').at(-1)}`;
};

/** How each kind of target is called, by the service in its ARN. */
const SENDERS: Readonly<Record<string, Send>> = {
  sqs: (cloud, caller, { Arn, SqsParameters }, { input, traceHeader }) =>
    cloud.call(caller, 'sqs', 'SendMessage', {
      QueueUrl: queueUrlOf(cloud, Arn),
      MessageBody: input,
      ...SqsParameters,
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
      }),
    }),
  lambda: (cloud, caller, { Arn }, { input }) =>
    cloud.call(caller, 'lambda', 'Invoke', { FunctionName: Arn, InvocationType: 'Event', Payload: input }),
  states: (cloud, caller, { Arn }, { input, traceHeader }) =>
    cloud.call(caller, 'states', 'StartExecution', {
      stateMachineArn: Arn,
      input,
      ...(traceHeader !== undefined && { traceHeader }),
    }),
  sns: (cloud, caller, { Arn }, { input }) =>
    cloud.call(caller, 'sns', 'Publish', { TopicArn: Arn, Message: input }),
  events: async (cloud, caller, { Arn }, { event, traceHeader }) => {
    const entry = {
      EventBusName: Arn,
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
      Resources: event.resources,
      Time: Date.parse(event.time) / 1000,
      ...(traceHeader !== undefined && { TraceHeader: traceHeader }),
    };
    const { Entries } = await cloud.call<{ Entries: { ErrorCode?: string; ErrorMessage?: string }[] }>(
      caller,
      'events',
      'PutEvents',
      { Entries: [entry] },
    );
    const [result] = Entries;
    if (result?.ErrorCode !== undefined) throw new AwsError(result.ErrorCode, result.ErrorMessage ?? '');
  },
};

const senderOf = ({ Arn }: Target): Send | undefined => SENDERS[Arn.split(':')[2] ?? ''];

export const isSupported = (target: Target): boolean => senderOf(target) !== undefined;

/** Who calls the target: its role where it has one, else EventBridge itself in the rule's name. */
const callerFor = (rule: Rule, { RoleArn }: Target): Caller =>
  RoleArn === undefined
    ? { kind: 'service', principal: 'events.amazonaws.com', sourceArn: rule.arn }
    : { kind: 'role', roleArn: RoleArn, name: rule.name };

/** Hands an event to a target. Rejects with what the target's service says. */
export const send = async (
  cloud: Cloud,
  rule: Rule,
  target: Target,
  event: Envelope,
  traceHeader?: string,
): Promise<void> => {
  const input = inputFor(event, target, rule);
  await senderOf(target)?.(cloud, callerFor(rule, target), target, { input, event, traceHeader });
};
