import { randomUUID } from 'node:crypto';
import type { Cloud, Store } from '../cloud.ts';
import { createAlarms } from '../scheduler/alarms.ts';
import type { Expression } from '../scheduler/expression.ts';
import type { Buses } from './buses.ts';
import type { Deliveries } from './deliveries.ts';
import { toTime } from './events.ts';
import { readRuleSchedule } from './rule-schedule.ts';
import type { Rule } from './rules.ts';

/** A rule's schedule, and when it is due next. Times in milliseconds since 1970. */
interface Plan {
  readonly schedule: string;
  /** From when a rate counts. */
  readonly since: number;
  readonly next?: number | undefined;
}

export interface ScheduledRules {
  resume(): void;
  stop(): void;
}

const keyOf = ({ arn }: Rule): string => `rule-schedule/${arn}`;

/** Sends the targets of a rule with a schedule AWS's own event whenever it is due. */
export const createScheduledRules = (
  cloud: Cloud,
  store: Store,
  buses: Buses,
  deliveries: Deliveries,
): ScheduledRules => {
  const scheduled = new Map<string, { rule: Rule; expression: Expression; plan: Plan }>();
  for (const rule of buses.rules) {
    if (rule.schedule === undefined) continue;
    const expression = readRuleSchedule(rule.schedule);
    const known = store.get<Plan>(keyOf(rule));
    const now = Date.now();
    const made = { schedule: rule.schedule, since: now, next: expression.next(now, now) };
    const plan = known?.schedule === rule.schedule ? known : made;
    store.put(keyOf(rule), plan);
    scheduled.set(rule.arn, { rule, expression, plan });
  }

  const ring = (arn: string): void => {
    const entry = scheduled.get(arn);
    if (entry?.plan.next === undefined) return;
    const { rule, expression, plan } = entry;
    const due = entry.plan.next;
    const event = {
      version: '0' as const,
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: cloud.accountId,
      time: toTime(due),
      region: cloud.region,
      resources: [rule.arn],
      detail: {},
    };
    // What was missed meanwhile is not made up for, but for this one time.
    const next = expression.next(Math.max(due, Date.now()), plan.since);
    const value = { ...plan, next };
    const matched = buses.isEnabled(rule) ? [{ event, rules: [rule] }] : [];
    void deliveries.add(matched, [{ key: keyOf(rule), value }]);
    entry.plan = value;
    alarms.set(arn, next);
  };
  const alarms = createAlarms({ log: cloud.log, ring });

  return {
    resume: () => {
      for (const [arn, { plan }] of scheduled) alarms.set(arn, plan.next);
    },
    stop: () => alarms.stop(),
  };
};
