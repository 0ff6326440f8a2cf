import { AwsError, type Cloud, type Resource, type Store, type Write } from '../cloud.ts';
import type { Envelope } from './events.ts';
import { compilePattern, matches, type Pattern } from './pattern.ts';
import { busName } from './rules.ts';

interface Properties {
  readonly ArchiveName?: string;
  readonly Description?: string;
  readonly EventPattern?: unknown;
  readonly RetentionDays?: number;
  readonly SourceArn: string;
}

export interface Archive {
  readonly name: string;
  readonly arn: string;
  /** The ARN of the bus whose events it keeps. */
  readonly sourceArn: string;
  readonly description?: string | undefined;
  readonly eventPattern?: string | undefined;
  /** 0 keeps events for ever. */
  readonly retentionDays: number;
  readonly createdAt: number;
}

/** What an archive holds of one minute. */
interface Minute {
  readonly count: number;
  readonly bytes: number;
}

export interface Archives {
  readonly all: readonly Archive[];
  /** By name or ARN. Throws ResourceNotFoundException. */
  find(nameOrArn: string): Archive;
  /** The writes that keep an event of a bus. */
  keep(bus: string, event: Envelope, bytes: number): readonly Write[];
  /** The minutes that an archive has events of, oldest first, in minutes since 1970. */
  minutes(archive: Archive): readonly number[];
  events(archive: Archive, minute: number): readonly Envelope[];
  size(archive: Archive): Minute;
  /** Drops what is older than an archive keeps it. */
  prune(): void;
}

const MINUTE = 60_000;
const MINUTES_A_DAY = 1_440;

/** Minutes since 1970 in as many digits as keep their order. */
const minuteKey = (minute: number): string => String(minute).padStart(9, '0');
const eventsKey = ({ name }: Archive, minute: number) => `archive/${name}/${minuteKey(minute)}/`;
const minuteEntry = ({ name }: Archive, minute: number) => `archived/${name}/${minuteKey(minute)}`;
const minuteOf = (event: Envelope): number => Math.floor(Date.parse(event.time) / MINUTE);

const readArchive = (
  { arn, ref, properties }: Resource<Properties>,
  store: Store,
): Archive & { pattern?: Pattern } => {
  const key = `archive-created/${ref}`;
  const createdAt = store.get<number>(key) ?? Date.now();
  store.put(key, createdAt);
  const { EventPattern, RetentionDays = 0, SourceArn: sourceArn, Description: description } = properties;
  const eventPattern = typeof EventPattern === 'object' ? JSON.stringify(EventPattern) : EventPattern;
  return {
    name: ref,
    arn,
    sourceArn,
    description,
    eventPattern: eventPattern as string | undefined,
    retentionDays: Number(RetentionDays),
    createdAt,
    ...(EventPattern !== undefined && { pattern: compilePattern(EventPattern) }),
  };
};

/** The archives of the templates. Events lie in them by the minute of their time, as replays go by minutes. */
export const createArchives = (cloud: Cloud, store: Store): Archives => {
  const all = cloud.ofType<Properties>('AWS::Events::Archive').map((resource) => {
    try {
      return readArchive(resource, store);
    } catch (error) {
      throw new Error(`${resource.logicalId} of ${resource.service}: ${(error as Error).message}`);
    }
  });
  const byBus = Map.groupBy(all, ({ sourceArn }) => busName(sourceArn));
  const held = new Map(
    all.map((archive) => {
      const entries = store.list<Minute>(`archived/${archive.name}/`);
      return [archive.name, new Map(entries.map(({ key, value }) => [Number(key.split('/').at(-1)), value]))];
    }),
  );
  const heldBy = ({ name }: Archive) => held.get(name) ?? new Map<number, Minute>();

  return {
    all,
    find: (nameOrArn) => {
      const name = nameOrArn.split('/').at(-1);
      const archive = all.find((one) => one.name === name);
      if (archive !== undefined) return archive;
      throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    },
    keep: (bus, event, bytes) =>
      (byBus.get(bus) ?? [])
        .filter(({ pattern }) => pattern === undefined || matches(pattern, event))
        .flatMap((archive) => {
          const minute = minuteOf(event);
          const minutes = heldBy(archive);
          const known = minutes.get(minute) ?? { count: 0, bytes: 0 };
          const value = { count: known.count + 1, bytes: known.bytes + bytes };
          minutes.set(minute, value);
          return [
            { key: eventsKey(archive, minute) + event.id, value: event },
            { key: minuteEntry(archive, minute), value },
          ];
        }),
    minutes: (archive) => [...heldBy(archive).keys()].sort((one, other) => one - other),
    events: (archive, minute) => store.list<Envelope>(eventsKey(archive, minute)).map(({ value }) => value),
    size: (archive) => {
      const minutes = [...heldBy(archive).values()];
      const sum = (what: keyof Minute) => minutes.reduce((total, minute) => total + minute[what], 0);
      return { count: sum('count'), bytes: sum('bytes') };
    },
    prune: () => {
      const now = Math.floor(Date.now() / MINUTE);
      for (const archive of all.filter(({ retentionDays }) => retentionDays > 0))
        for (const minute of heldBy(archive).keys()) {
          if (minute >= now - archive.retentionDays * MINUTES_A_DAY) continue;
          const keys = store.list(eventsKey(archive, minute)).map(({ key }) => ({ key }));
          store.batch([...keys, { key: minuteEntry(archive, minute) }]);
          heldBy(archive).delete(minute);
        }
    },
  };
};
