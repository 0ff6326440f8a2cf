import { type Api, AwsError, type Caller, type Cloud, type Running, type Write } from '../cloud.ts';
import { createArchiveOperations } from './archive-operations.ts';
import { createArchives } from './archives.ts';
import { createBuses } from './buses.ts';
import { createDeliveries, type Match } from './deliveries.ts';
import { checkEntries, type Entry, sizeOf, toEnvelope } from './events.ts';
import type { Operations } from './operation.ts';
import { createReplays } from './replays.ts';
import { createRuleOperations } from './rule-operations.ts';
import { busName, type Rule, readRules } from './rules.ts';
import { createScheduledRules } from './scheduled-rules.ts';
import { isSupported } from './targets.ts';

interface PutEvents {
  readonly Entries?: readonly Entry[];
  readonly EndpointId?: string;
}

/** How often an archive drops what is too old; ms. */
const PRUNE_EVERY = 3_600_000;

/** How other services of this cloud put their events, of sources that start with `aws.`: no call of AWS's own. */
const SERVICE_EVENTS = 'PutServiceEvents';

const warnOfTargets = (cloud: Cloud, rules: readonly Rule[]): void => {
  for (const { name, targets } of rules)
    for (const target of targets)
      if (!isSupported(target))
        cloud.log.warn('events', `${name}: a target ${target.Arn} does not run locally`);
};

/** EventBridge: the buses, rules and archives of the templates. Deliveries and replays that were under way go on. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const rules = readRules(cloud);
  const store = cloud.store('event-bridge');
  const buses = createBuses(cloud, store, rules);
  const archives = createArchives(cloud, store);
  const deliveries = createDeliveries(cloud, store, rules);
  const replays = createReplays({ cloud, store, archives, buses, deliveries });
  const scheduled = createScheduledRules(cloud, store, buses, deliveries);
  const operations: Operations = {
    ...createRuleOperations(cloud, buses),
    ...createArchiveOperations({ cloud, buses, archives, replays }),
  };
  warnOfTargets(cloud, rules);
  archives.prune();
  const pruning = setInterval(() => archives.prune(), PRUNE_EVERY);

  const putEvents = ({ Entries, EndpointId }: PutEvents, caller: Caller) => {
    const matched: Match[] = [];
    const kept: Write[] = [];
    const results = checkEntries(Entries, EndpointId).map((entry) => {
      const event = toEnvelope(entry, cloud, caller.kind === 'service');
      if ('ErrorCode' in event) return event;
      const found = buses.match(entry.EventBusName, event);
      if (found === undefined)
        return {
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Event bus ${entry.EventBusName} does not exist.`,
        };
      matched.push({ event, rules: found, traceHeader: entry.TraceHeader });
      kept.push(...archives.keep(busName(entry.EventBusName), event, sizeOf(entry)));
      return { EventId: event.id };
    });
    // Everything that the answer stands for is written before it is given; the targets are not waited for.
    void deliveries.add(matched, kept);
    return {
      FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
      Entries: results,
    };
  };

  const busArn = ({ EventBusName }: Entry) =>
    `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/${busName(EventBusName)}`;
  // Not before every module is up: a target may be any of them.
  const resume = setImmediate(() => {
    deliveries.resume();
    replays.resume();
    scheduled.resume();
  });
  return {
    api: {
      permissions: (action: string, input: PutEvents) => {
        if (action === SERVICE_EVENTS) return [];
        const { Entries } = input;
        const resources = Array.isArray(Entries)
          ? [...new Set(Entries.map(busArn))]
          : [operations[action]?.resource(input as object) ?? '*'];
        return resources.map((resource) => ({ action: `events:${action}`, resource }));
      },
      async handle(action: string, input: PutEvents, caller) {
        const isFromService = action === SERVICE_EVENTS && caller.kind === 'service';
        if (action === 'PutEvents' || isFromService) return putEvents(input, caller);
        const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
        if (operation === undefined) throw new AwsError('UnknownOperationException', `events:${action}`, 404);
        return operation.handle(input as object);
      },
    },
    stop: async () => {
      clearImmediate(resume);
      clearInterval(pruning);
      scheduled.stop();
      deliveries.stop();
      replays.stop();
    },
  };
};
