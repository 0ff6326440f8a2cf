import type { Cloud } from '../cloud.ts';
import type { Archive, Archives } from './archives.ts';
import type { Buses } from './buses.ts';
import { everything, type Input, type Operations, page } from './operation.ts';
import type { Replay, StartReplay } from './replay.ts';
import type { Replays } from './replays.ts';

interface Options {
  readonly cloud: Cloud;
  readonly buses: Buses;
  readonly archives: Archives;
  readonly replays: Replays;
}

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

/** Reading archives, and replaying them. */
export const createArchiveOperations = ({ cloud, buses, archives, replays }: Options): Operations => {
  const arn = (resource: string) => `arn:aws:events:${cloud.region}:${cloud.accountId}:${resource}`;
  const anArchive = ({ ArchiveName }: Input) => arn(`archive/${ArchiveName}`);
  const aReplay = ({ ReplayName }: Input) => arn(`replay/${ReplayName}`);
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
  return {
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
