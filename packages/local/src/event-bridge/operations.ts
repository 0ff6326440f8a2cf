import { AwsError, type Cloud } from '../cloud.ts';
import type { Archive, Archives } from './archives.ts';
import type { Buses } from './buses.ts';
import { matchesEventPattern } from './pattern.ts';
import type { Replay, Replays, StartReplay } from './replays.ts';
import { busName, type Rule } from './rules.ts';

/** What the operations besides PutEvents are asked with; each takes of it what is its own. */
interface Input {
  readonly Name?: string;
  readonly NamePrefix?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
  readonly ArchiveName?: string;
  readonly EventSourceArn?: string;
  readonly ReplayName?: string;
  readonly State?: string;
  readonly EventPattern?: string;
  readonly Event?: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}

/** One action: which resource it touches, and its answer. */
export interface Operation {
  resource(input: Input): string;
  handle(input: Input): unknown;
}

interface Options {
  readonly cloud: Cloud;
  readonly buses: Buses;
  readonly archives: Archives;
  readonly replays: Replays;
}

/** AWS's own fields of an event, which TestEventPattern insists on. */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

const page = <T>(name: string, items: readonly T[], { Limit = 100, NextToken = '0' }: Input) => {
  const from = Number(NextToken);
  const next = from + Limit;
  return {
    [name]: items.slice(from, next),
    ...(next < items.length && { NextToken: String(next) }),
  };
};

const testEventPattern = ({ EventPattern, Event }: Input): { Result: boolean } => {
  const event = parseEvent(Event);
  if (event === undefined || REQUIRED.some((field) => !(field in event)))
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  try {
    return { Result: matchesEventPattern(EventPattern, event) };
  } catch (error) {
    throw new AwsError('InvalidEventPatternException', (error as Error).message);
  }
};

const parseEvent = (text: string | undefined): object | undefined => {
  try {
    const event: unknown = JSON.parse(text ?? '');
    return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : undefined;
  } catch {
    return undefined;
  }
};

const time = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

const summaryOf = (replay: Replay) => ({
  ReplayName: replay.name,
  EventSourceArn: replay.archiveArn,
  State: replay.state,
  EventStartTime: time(replay.from),
  EventEndTime: time(replay.to),
  EventLastReplayedTime: time(replay.lastEventAt),
  ReplayStartTime: time(replay.startedAt),
  ReplayEndTime: time(replay.endedAt),
});

/** Reading what the templates made, switching rules, and replays: all but PutEvents. */
export const createOperations = ({
  cloud,
  buses,
  archives,
  replays,
}: Options): Readonly<Record<string, Operation>> => {
  const arn = (resource: string) => `arn:aws:events:${cloud.region}:${cloud.accountId}:${resource}`;
  const everything = () => '*';
  const anArchive = ({ ArchiveName }: Input) => arn(`archive/${ArchiveName}`);
  const aReplay = ({ ReplayName }: Input) => arn(`replay/${ReplayName}`);
  const aRule = ({ Name, Rule: rule, EventBusName }: Input) => {
    const bus = busName(EventBusName);
    return arn(`rule/${bus === 'default' ? '' : `${bus}/`}${Name ?? rule ?? '*'}`);
  };
  const describeRule = (rule: Rule) => ({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.schedule,
    State: buses.isEnabled(rule) ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  });
  const describeArchive = (archive: Archive) => {
    const { count, bytes } = archives.size(archive);
    return {
      ArchiveName: archive.name,
      EventSourceArn: archive.sourceArn,
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: bytes,
      EventCount: count,
      CreationTime: time(archive.createdAt),
    };
  };
  const switchRule = (isEnabled: boolean): Operation => ({
    resource: aRule,
    handle: ({ Name = '', EventBusName }) => buses.setEnabled(buses.findRule(Name, EventBusName), isEnabled),
  });

  return {
    TestEventPattern: { resource: everything, handle: testEventPattern },
    DescribeEventBus: {
      resource: ({ Name }) => arn(`event-bus/${busName(Name)}`),
      handle: ({ Name }) => {
        const bus = buses.find(Name);
        return { Name: bus.name, Arn: bus.arn };
      },
    },
    ListEventBuses: {
      resource: everything,
      handle: (input) => {
        const found = buses.all.filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
        return page(
          'EventBuses',
          found.map(({ name, arn: Arn }) => ({ Name: name, Arn })),
          input,
        );
      },
    },
    ListRules: {
      resource: aRule,
      handle: (input) => {
        const bus = buses.find(input.EventBusName).name;
        const found = buses.rules.filter(
          (rule) => rule.bus === bus && rule.name.startsWith(input.NamePrefix ?? ''),
        );
        return page('Rules', found.map(describeRule), input);
      },
    },
    DescribeRule: {
      resource: aRule,
      handle: ({ Name = '', EventBusName }) => describeRule(buses.findRule(Name, EventBusName)),
    },
    ListTargetsByRule: {
      resource: aRule,
      handle: (input) => page('Targets', buses.findRule(input.Rule ?? '', input.EventBusName).targets, input),
    },
    EnableRule: switchRule(true),
    DisableRule: switchRule(false),
    DescribeArchive: {
      resource: anArchive,
      handle: ({ ArchiveName = '' }) => {
        const archive = archives.find(ArchiveName);
        return {
          ArchiveArn: archive.arn,
          Description: archive.description,
          EventPattern: archive.eventPattern,
          ...describeArchive(archive),
        };
      },
    },
    ListArchives: {
      resource: everything,
      handle: (input) => {
        const { NamePrefix = '', EventSourceArn, State = 'ENABLED' } = input;
        if (EventSourceArn !== undefined) buses.find(EventSourceArn);
        const found = archives.all.filter(
          ({ name, sourceArn }) =>
            name.startsWith(NamePrefix) && sourceArn === (EventSourceArn ?? sourceArn) && State === 'ENABLED',
        );
        return page('Archives', found.map(describeArchive), input);
      },
    },
    StartReplay: {
      resource: ({ EventSourceArn }) => EventSourceArn ?? '*',
      handle: (input) => {
        const { arn: ReplayArn, state: State, startedAt } = replays.start(input as unknown as StartReplay);
        return { ReplayArn, State, ReplayStartTime: time(startedAt) };
      },
    },
    DescribeReplay: {
      resource: aReplay,
      handle: ({ ReplayName = '' }) => {
        const replay = replays.find(ReplayName);
        return {
          ReplayArn: replay.arn,
          Description: replay.description,
          Destination: replay.destination,
          ...summaryOf(replay),
        };
      },
    },
    ListReplays: {
      resource: everything,
      handle: (input) => {
        const { NamePrefix = '', EventSourceArn, State } = input;
        const found = replays
          .list()
          .filter(
            ({ name, archiveArn, state }) =>
              name.startsWith(NamePrefix) &&
              archiveArn === (EventSourceArn ?? archiveArn) &&
              state === (State ?? state),
          );
        return page('Replays', found.map(summaryOf), input);
      },
    },
    CancelReplay: {
      resource: aReplay,
      handle: ({ ReplayName = '' }) => {
        const { arn: ReplayArn, state: State } = replays.cancel(ReplayName);
        return { ReplayArn, State };
      },
    },
  };
};
