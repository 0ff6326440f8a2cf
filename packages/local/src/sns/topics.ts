import type { Cloud } from '../cloud.ts';
import { compileFilter, type Filter } from './filter.ts';

type Protocol = 'sqs' | 'lambda' | 'email' | 'email-json' | 'sms';

interface Properties {
  readonly TopicArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
  readonly RawMessageDelivery?: boolean | string;
  readonly FilterPolicy?: unknown;
  readonly FilterPolicyScope?: 'MessageAttributes' | 'MessageBody';
  readonly RedrivePolicy?: string | { readonly deadLetterTargetArn?: string };
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** A queue's or a function's ARN, an address, or a telephone number. */
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly wants: Filter;
  readonly deadLetterArn: string | undefined;
}

const PROTOCOLS: ReadonlySet<string> = new Set(['sqs', 'lambda', 'email', 'email-json', 'sms']);

/** By topic, which each has an entry. Throws for a filter policy that SNS would refuse. */
export const readTopics = (cloud: Cloud): ReadonlyMap<string, readonly Subscription[]> => {
  const topics = new Map<string, Subscription[]>();
  const subscribe = (arn: string, owner: string, properties: Properties): void => {
    const { TopicArn, Protocol, Endpoint } = properties;
    const topic = topics.get(TopicArn);
    if (topic === undefined)
      cloud.log.error('sns', `${owner} subscribes to ${TopicArn}, a topic of no template`);
    else if (!PROTOCOLS.has(Protocol))
      cloud.log.warn('sns', `${owner}: ${Protocol} subscriptions do not run locally`);
    else topic.push({ arn, endpoint: Endpoint, topicArn: TopicArn, ...read(owner, properties) });
  };

  for (const { arn, logicalId, properties } of cloud.ofType<{ FifoTopic?: boolean }>('AWS::SNS::Topic')) {
    topics.set(arn, []);
    if (properties.FifoTopic) cloud.log.warn('sns', `${logicalId}: a FIFO topic keeps no order locally`);
  }
  for (const { arn, logicalId, properties } of cloud.ofType<{ Subscription?: readonly Properties[] }>(
    'AWS::SNS::Topic',
  ))
    for (const [index, inline] of (properties.Subscription ?? []).entries())
      subscribe(`${arn}:${index}`, logicalId, { ...inline, TopicArn: arn });
  for (const { arn, logicalId, properties } of cloud.ofType<Properties>('AWS::SNS::Subscription'))
    subscribe(arn, logicalId, properties);
  return topics;
};

const read = (owner: string, properties: Properties) => {
  const { Protocol, RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  const redrive = (typeof RedrivePolicy === 'string' ? JSON.parse(RedrivePolicy) : RedrivePolicy) as
    | { deadLetterTargetArn?: string }
    | undefined;
  try {
    return {
      protocol: Protocol as Protocol,
      isRaw: String(RawMessageDelivery) === 'true',
      wants: compileFilter(FilterPolicy, FilterPolicyScope ?? 'MessageAttributes'),
      deadLetterArn: redrive?.deadLetterTargetArn,
    };
  } catch (error) {
    throw new Error(`${owner}: Invalid parameter: FilterPolicy: ${(error as Error).message}`);
  }
};
