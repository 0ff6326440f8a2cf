import type { Cloud } from '../cloud.ts';
import type { InputOptions } from './input.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** A target as the template has it. */
export interface Target extends InputOptions {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

interface Properties {
  readonly Name?: string;
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly Target[];
}

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly bus: string;
  readonly pattern: Pattern;
  readonly targets: readonly Target[];
}

/** `orders-bus`, `arn:…:event-bus/orders-bus` and nothing at all, which is the default bus, as a name. */
export const busName = (nameOrArn = 'default'): string => nameOrArn.split('/').at(-1) ?? nameOrArn;

/** The rules of the templates. Throws for a pattern that EventBridge would refuse. */
export const readRules = (cloud: Cloud): Rule[] => {
  const rules: Rule[] = [];
  for (const { arn, logicalId, properties, service } of cloud.ofType<Properties>('AWS::Events::Rule')) {
    if (properties.ScheduleExpression !== undefined)
      cloud.log.warn('events', `${logicalId} of ${service}: schedules do not run locally`);
    if (properties.EventPattern === undefined || properties.State === 'DISABLED') continue;
    try {
      const pattern = compilePattern(properties.EventPattern);
      const bus = busName(properties.EventBusName);
      rules.push({ arn, name: busName(arn), bus, pattern, targets: properties.Targets ?? [] });
    } catch (error) {
      throw new Error(`${logicalId} of ${service}: ${(error as Error).message}`);
    }
  }
  return rules;
};
