import { deadLetterQueue, workQueue } from '../cloudformation/queue.ts';
import { allowKey, opening, ownKey } from '../key.ts';
import { consuming } from '../links.ts';
import { type Address, logicalId, physicalName, shortName } from '../naming.ts';
import {
  allow,
  getAtt,
  policyDocument,
  type Statement,
  type TemplateResources,
  type Value,
} from '../template.ts';

export interface Subscription {
  readonly subscriber: Address;
  readonly events: readonly Address[];
  /** The ARN by which the function is invoked. */
  readonly invoked: Value;
  /** The function's time-out, in seconds. */
  readonly timeout: number;
  readonly stage: string;
}

export interface EventSource {
  readonly resources: TemplateResources;
  /** What the function's role needs, so that Lambda can read for it. */
  readonly statements: readonly Statement[];
}

/** Bus → rule → queue → function; what fails five times, or can't be delivered to the queue, ends in its dead-letter queue. */
export const subscription = ({ subscriber, events, invoked, timeout, stage }: Subscription): EventSource => {
  const name = physicalName(subscriber, stage);
  const id = logicalId(subscriber.name);
  const [rule, queue, deadLetters] = [`${id}Rule`, `${id}Queue`, `${id}DeadLetterQueue`];
  const resources: TemplateResources = {
    [deadLetters]: deadLetterQueue(name),
    // Six times the time-out is what Lambda asks for, so that a batch that is tried again isn't seen twice.
    [queue]: workQueue({ name, deadLetterQueueId: deadLetters, visibilityTimeout: 6 * timeout }),
    [rule]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: shortName(name),
        EventBusName: physicalName({ context: 'platform', name: 'EventBus' }, stage),
        State: 'ENABLED',
        EventPattern: {
          source: [...new Set(events.map(({ context }) => `emporium.${context}`))],
          'detail-type': events.map((event) => event.name),
        },
        Targets: [
          {
            Id: 'queue',
            Arn: getAtt(queue, 'Arn'),
            DeadLetterConfig: { Arn: getAtt(deadLetters, 'Arn') },
            RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          },
        ],
      },
    },
    [`${id}QueuePolicy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: queue }, { Ref: deadLetters }],
        PolicyDocument: policyDocument([
          {
            ...allow(['sqs:SendMessage'], getAtt(queue, 'Arn'), getAtt(deadLetters, 'Arn')),
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': getAtt(rule, 'Arn') } },
          },
        ]),
      },
    },
    [`${id}QueueSource`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: getAtt(queue, 'Arn'),
        FunctionName: invoked,
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  };
  return {
    resources,
    statements: [allow(consuming, getAtt(queue, 'Arn')), allowKey(opening, ownKey, 'sqs')],
  };
};
