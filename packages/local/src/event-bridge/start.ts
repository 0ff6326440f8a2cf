import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { createDeliveries } from './deliveries.ts';
import { checkEntries, type Entry, toEnvelope } from './events.ts';
import { createSelector } from './pattern.ts';
import { busName, type Rule, readRules } from './rules.ts';
import { isSupported } from './targets.ts';

interface PutEvents {
  readonly Entries?: readonly Entry[];
}

const byBus = (
  cloud: Cloud,
  rules: readonly Rule[],
): ReadonlyMap<string, (event: unknown) => readonly Rule[]> => {
  const names = [
    'default',
    ...cloud.ofType<{ Name: string }>('AWS::Events::EventBus').map(({ ref }) => busName(ref)),
  ];
  return new Map(names.map((name) => [name, createSelector(rules.filter(({ bus }) => bus === name))]));
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

  const put = (entry: Entry) => {
    const event = toEnvelope(entry, cloud);
    if ('ErrorCode' in event) return event;
    const select = buses.get(busName(entry.EventBusName));
    if (!select)
      return {
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Event bus ${entry.EventBusName} does not exist.`,
      };
    for (const rule of select(event))
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
        [...new Set((Array.isArray(Entries) ? Entries : []).map(busArn))].map((resource) => ({
          action: `events:${action}`,
          resource,
        })),
      async handle(action: string, { Entries }: PutEvents) {
        if (action !== 'PutEvents') throw new AwsError('UnknownOperationException', `events:${action}`, 404);
        const results = checkEntries(Entries).map(put);
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
