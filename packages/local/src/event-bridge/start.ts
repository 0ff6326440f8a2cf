import { type Api, AwsError, type Caller, type Cloud, type Running } from '../cloud.ts';
import { createDeliveries } from './deliveries.ts';
import { checkEntries, type Entry, toEnvelope } from './events.ts';
import { matches } from './pattern.ts';
import { busName, type Rule, readRules } from './rules.ts';
import { isSupported } from './targets.ts';

interface PutEvents {
  readonly Entries?: readonly Entry[];
}

/** How other services of this cloud put their events, of sources that start with `aws.`: no call of AWS's own. */
const SERVICE_EVENTS = 'PutServiceEvents';

const byBus = (cloud: Cloud, rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> => {
  const names = [
    'default',
    ...cloud.ofType<{ Name: string }>('AWS::Events::EventBus').map(({ ref }) => busName(ref)),
  ];
  return new Map(names.map((name) => [name, rules.filter(({ bus }) => bus === name)]));
};

const warnOfTargets = (cloud: Cloud, rules: readonly Rule[]): void => {
  for (const { name, targets } of rules)
    for (const target of targets)
      if (!isSupported(target))
        cloud.log.warn('events', `${name}: a target ${target.Arn} does not run locally`);
};

/** EventBridge: the buses and rules of the templates. Deliveries that were under way go on. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const rules = readRules(cloud);
  const buses = byBus(cloud, rules);
  const deliveries = createDeliveries(cloud, cloud.store('event-bridge'), rules);
  warnOfTargets(cloud, rules);

  const put = (entry: Entry, isFromAws: boolean) => {
    const event = toEnvelope(entry, cloud, isFromAws);
    if ('ErrorCode' in event) return event;
    const bus = buses.get(busName(entry.EventBusName));
    if (!bus)
      return {
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Event bus ${entry.EventBusName} does not exist.`,
      };
    for (const rule of bus)
      if (matches(rule.pattern, event))
        for (const target of rule.targets) if (isSupported(target)) deliveries.add(rule, target, event);
    return { EventId: event.id };
  };

  const busArn = ({ EventBusName }: Entry) =>
    `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/${busName(EventBusName)}`;
  // Not before every module is up: a target may be any of them.
  const resume = setImmediate(deliveries.interrupted());
  return {
    api: {
      permissions: (action: string, { Entries }: PutEvents) =>
        action === SERVICE_EVENTS
          ? []
          : [...new Set((Array.isArray(Entries) ? Entries : []).map(busArn))].map((resource) => ({
              action: `events:${action}`,
              resource,
            })),
      async handle(action: string, { Entries }: PutEvents, caller: Caller) {
        const isFromAws = action === SERVICE_EVENTS && caller.kind === 'service';
        if (action !== 'PutEvents' && !isFromAws)
          throw new AwsError('UnknownOperationException', `events:${action}`, 404);
        const results = checkEntries(Entries).map((entry) => put(entry, isFromAws));
        return {
          FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
          Entries: results,
        };
      },
    },
    stop: async () => {
      clearImmediate(resume);
      deliveries.stop();
    },
  };
};
