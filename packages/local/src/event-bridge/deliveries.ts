import type { Cloud, Store, Write } from '../cloud.ts';
import { deadLetterCode, messageOf, sendDeadLetter } from './dead-letters.ts';
import type { Envelope } from './events.ts';
import { count } from './metrics.ts';
import { createRetrying } from './retrying.ts';
import type { Rule } from './rules.ts';
import { isSupported, send } from './targets.ts';

/** One event on its way to one target. */
interface Delivery {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: Envelope;
  readonly traceHeader?: string | undefined;
}

/** An event, and the rules that it matches. */
export interface Match {
  readonly event: Envelope;
  readonly rules: readonly Rule[];
  readonly traceHeader?: string | undefined;
}

export interface Deliveries {
  /** Makes deliveries durable, in one write with what else is to be written. Resolves when each was tried once. */
  add(matches: readonly Match[], also?: readonly Write[]): Promise<void>;
  resume(): void;
  stop(): void;
}

/** Brings events to the targets of rules. */
export const createDeliveries = (cloud: Cloud, store: Store, rules: readonly Rule[]): Deliveries => {
  const byArn = new Map(rules.map((rule) => [rule.arn, rule]));
  /** Undefined where the template no longer has the rule: nobody waits for the event any more. */
  const find = ({ ruleArn, targetId }: Delivery) => {
    const rule = byArn.get(ruleArn);
    const target = rule?.targets.find(({ Id }) => Id === targetId);
    return rule && target && { rule, target };
  };

  const retrying = createRetrying<Delivery>({
    store,
    prefix: 'pending/',
    log: cloud.log,
    attempt: async (delivery) => {
      const found = find(delivery);
      if (found === undefined) return;
      await send(cloud, found.rule, found.target, delivery.event, delivery.traceHeader);
      count(cloud, found.rule, 'Invocations');
    },
    policyOf: (delivery) => find(delivery)?.target.RetryPolicy ?? {},
    giveUp: async (delivery, { error, exhausted, retries }) => {
      const found = find(delivery);
      if (found === undefined) return;
      const { rule, target } = found;
      const { id } = delivery.event;
      count(cloud, rule, 'Invocations');
      count(cloud, rule, 'FailedInvocations');
      cloud.log.error('events', `${rule.name} could not deliver ${id} to ${target.Arn}: ${messageOf(error)}`);
      const dead = target.DeadLetterConfig?.Arn;
      if (dead === undefined) return;
      const caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: rule.arn } as const;
      const attributes = {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: deadLetterCode(error),
        ERROR_MESSAGE: messageOf(error),
        EXHAUSTED_RETRY_CONDITION: exhausted,
        RETRY_ATTEMPTS: String(retries),
      };
      try {
        await sendDeadLetter(cloud, caller, dead, JSON.stringify(delivery.event), attributes);
        count(cloud, rule, 'InvocationsSentToDlq');
      } catch (reason) {
        count(cloud, rule, 'InvocationsFailedToBeSentToDlq');
        cloud.log.error('events', `${id} is lost, its dead-letter queue refused it: ${messageOf(reason)}`);
      }
    },
  });

  return {
    add: (matches, also) => {
      const deliveries: Delivery[] = [];
      for (const { event, rules: matched, traceHeader } of matches)
        for (const rule of matched) {
          count(cloud, rule, 'MatchedEvents');
          count(cloud, rule, 'TriggeredRules');
          for (const target of rule.targets)
            if (isSupported(target))
              deliveries.push({ ruleArn: rule.arn, targetId: target.Id, event, traceHeader });
        }
      return retrying.add(deliveries, also);
    },
    resume: () => retrying.resume(),
    stop: () => retrying.stop(),
  };
};
