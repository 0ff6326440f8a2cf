import type { Cloud, Resource } from '../cloud.ts';
import { checkInput, type InputOptions } from './input.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import type { RetryPolicy } from './retrying.ts';
import { readRuleSchedule } from './rule-schedule.ts';

/** A target as the template has it. */
export interface Target extends InputOptions {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly RetryPolicy?: RetryPolicy;
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

interface Properties {
  readonly Name?: string;
  readonly Description?: string;
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly RoleArn?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly Target[];
}

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly bus: string;
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  /** Undefined for a rule that only follows a schedule. */
  readonly pattern?: Pattern | undefined;
  /** The pattern's text. */
  readonly eventPattern?: string | undefined;
  readonly schedule?: string | undefined;
  /** The template's word; the rule may have been enabled or disabled since. */
  readonly isEnabled: boolean;
  readonly targets: readonly Target[];
  /** Of its metrics: AWS leaves the default bus unsaid. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `orders-bus`, `arn:…:event-bus/orders-bus` and nothing at all, which is the default bus, as a name. */
export const busName = (nameOrArn = 'default'): string => nameOrArn.split('/').at(-1) ?? nameOrArn;

const textOf = (pattern: unknown): string | undefined =>
  pattern === undefined || typeof pattern === 'string' ? pattern : JSON.stringify(pattern);

/** AWS's limit on the targets of one rule. */
const MAX_TARGETS = 5;

/** Throws, in AWS's words, for a target that PutTargets would refuse. */
const checkTarget = (target: Target): void => {
  const { Id, Arn, RoleArn, SqsParameters } = target;
  checkInput(Id, target);
  const service = Arn.split(':')[2];
  if (service === 'states' && RoleArn === undefined)
    throw new Error(`RoleArn is required for target ${Arn}.`);
  if (service === 'sqs' && Arn.endsWith('.fifo') && SqsParameters?.MessageGroupId === undefined)
    throw new Error(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
};

const readRule = ({ arn, properties }: Resource<Properties>): Rule => {
  const { EventPattern, ScheduleExpression, Targets = [] } = properties;
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw new Error('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const bus = busName(properties.EventBusName);
  if (ScheduleExpression !== undefined && bus !== 'default')
    throw new Error('ScheduleExpression is supported only on the default event bus.');
  if (ScheduleExpression !== undefined) readRuleSchedule(ScheduleExpression);
  if (Targets.length > MAX_TARGETS)
    throw new Error('The requested resource exceeds the maximum number allowed.');
  for (const target of Targets) checkTarget(target);
  const name = busName(arn);
  return {
    arn,
    name,
    bus,
    description: properties.Description,
    roleArn: properties.RoleArn,
    pattern: EventPattern === undefined ? undefined : compilePattern(EventPattern),
    eventPattern: textOf(EventPattern),
    schedule: ScheduleExpression,
    isEnabled: properties.State !== 'DISABLED',
    targets: Targets,
    dimensions: bus === 'default' ? { RuleName: name } : { EventBusName: bus, RuleName: name },
  };
};

/** The rules of the templates. Throws for one that EventBridge would refuse. */
export const readRules = (cloud: Cloud): Rule[] =>
  cloud.ofType<Properties>('AWS::Events::Rule').map((resource) => {
    try {
      return readRule(resource);
    } catch (error) {
      throw new Error(`${resource.logicalId} of ${resource.service}: ${(error as Error).message}`);
    }
  });
