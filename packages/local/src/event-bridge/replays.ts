import { AwsError, type Cloud, type Store } from '../cloud.ts';
import type { Archives } from './archives.ts';
import type { Buses } from './buses.ts';
import type { Deliveries } from './deliveries.ts';
import { isActive, type Replay, readReplay, type StartReplay } from './replay.ts';

export interface Replays {
  /** Throws in AWS's words for what StartReplay would refuse. */
  start(input: StartReplay): Replay;
  cancel(name: string): Replay;
  find(name: string): Replay;
  list(): readonly Replay[];
  /** Goes on with the replays that were under way. */
  resume(): void;
  stop(): void;
}

interface Options {
  readonly cloud: Cloud;
  readonly store: Store;
  readonly archives: Archives;
  readonly buses: Buses;
  readonly deliveries: Deliveries;
}

const MINUTE = 60_000;
const keyOf = (name: string) => `replay/${name}`;

/** Replays of archived events, minute by minute, to the rules of the bus that they came from. */
export const createReplays = ({ cloud, store, archives, buses, deliveries }: Options): Replays => {
  const list = () => store.list<Replay>('replay/').map(({ value }) => value);
  // Before any is started: what is resumed must not be what has just begun.
  const interrupted = list().filter(isActive);
  let stopped = false;

  const find = (name: string): Replay => {
    const replay = store.get<Replay>(keyOf(name));
    if (replay !== undefined) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  };

  /** Hands one minute over: its deliveries and how far the replay is stand in one write, so a crash repeats and loses nothing. */
  const replayMinute = async (replay: Replay, minute: number): Promise<void> => {
    const { name, destination, from, to } = replay;
    const archived = archives.events(archives.find(replay.archiveArn), minute);
    const events = archived.filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to);
    const wanted = destination.FilterArns ?? [];
    const matched = events
      .sort((one, other) => (one.time < other.time ? -1 : 1))
      .map(({ resources, detail, ...head }) => ({ ...head, 'replay-name': name, resources, detail }))
      .map((event) => ({
        event,
        rules: (buses.match(destination.Arn, event) ?? []).filter(
          ({ arn }) => wanted.length === 0 || wanted.includes(arn),
        ),
      }));
    const last = events.at(-1);
    const value: Replay = {
      ...replay,
      state: 'RUNNING',
      doneMinute: minute,
      ...(last !== undefined && { lastEventAt: Date.parse(last.time) }),
    };
    await deliveries.add(matched, [{ key: keyOf(name), value }]);
  };

  const run = async (name: string): Promise<void> => {
    const { archiveArn, from, to, doneMinute = -1 } = find(name);
    const minutes = archives
      .minutes(archives.find(archiveArn))
      .filter(
        (minute) => minute > doneMinute && minute >= Math.floor(from / MINUTE) && minute * MINUTE <= to,
      );
    for (const minute of minutes) {
      const replay = find(name);
      if (stopped) return;
      if (replay.state === 'CANCELLING') break;
      await replayMinute(replay, minute);
    }
    if (stopped) return;
    const replay = find(name);
    const state = replay.state === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
    store.put(keyOf(name), { ...replay, state, endedAt: Date.now() } satisfies Replay);
  };

  const go = (name: string): void => {
    // Not within the call that started it: AWS answers it with STARTING.
    setImmediate(() => {
      if (stopped) return;
      run(name).catch((error) => cloud.log.error('events', `replay ${name}: ${error}`));
    });
  };

  return {
    start: (input) => {
      const replay = readReplay(input, { cloud, archives, buses, known: list() });
      store.put(keyOf(replay.name), replay);
      go(replay.name);
      return replay;
    },
    cancel: (name) => {
      const replay = find(name);
      if (replay.state !== 'STARTING' && replay.state !== 'RUNNING')
        throw new AwsError(
          'IllegalStatusException',
          `Replay ${name} is not in a valid state for this operation.`,
        );
      const cancelling: Replay = { ...replay, state: 'CANCELLING' };
      store.put(keyOf(name), cancelling);
      return cancelling;
    },
    find,
    list,
    resume: () => {
      for (const { name } of interrupted.splice(0)) go(name);
    },
    stop: () => {
      stopped = true;
    },
  };
};
