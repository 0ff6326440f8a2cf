import { AwsError, type Cloud } from '../cloud.ts';
import type { Archives } from './archives.ts';
import type { Buses } from './buses.ts';

type State = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED';

/** A replay, from its start on. Times in milliseconds since 1970. */
export interface Replay {
  readonly name: string;
  readonly arn: string;
  readonly archiveArn: string;
  readonly description?: string | undefined;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
  readonly from: number;
  readonly to: number;
  readonly state: State;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly lastEventAt?: number;
  /** The last minute whose events were handed over. */
  readonly doneMinute?: number;
}

export interface StartReplay {
  readonly ReplayName: string;
  readonly Description?: string;
  readonly EventSourceArn: string;
  readonly EventStartTime: unknown;
  readonly EventEndTime: unknown;
  readonly Destination?: { readonly Arn: string; readonly FilterArns?: readonly string[] };
}

interface Known {
  readonly cloud: Cloud;
  readonly archives: Archives;
  readonly buses: Buses;
  /** The replays so far. */
  readonly known: readonly Replay[];
}

/** AWS's limit on the replays under way at once. */
const MAX_ACTIVE = 10;

const invalid = (parameter: string, reason: string): never => {
  throw new AwsError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`);
};

const toMilliseconds = (parameter: string, time: unknown): number => {
  const value = typeof time === 'number' ? time * 1000 : new Date(time as string).getTime();
  return Number.isNaN(value) ? invalid(parameter, 'It must be a time.') : value;
};

export const isActive = ({ state }: Replay): boolean => state !== 'COMPLETED' && state !== 'CANCELLED';

/** The replay that StartReplay asks for. Throws in AWS's words for one that it would refuse. */
export const readReplay = (
  { ReplayName: name, Description, EventSourceArn, EventStartTime, EventEndTime, Destination }: StartReplay,
  { cloud, archives, buses, known }: Known,
): Replay => {
  if (!name) invalid('ReplayName', 'ReplayName is a required argument.');
  if (Destination === undefined) return invalid('Destination', 'Destination is a required argument.');
  const bus = buses.find(Destination.Arn);
  const archive = archives.all.find(({ arn }) => arn === EventSourceArn);
  if (archive === undefined)
    return invalid('EventSourceArn', `Archive ${EventSourceArn?.split('/').at(-1)} does not exist.`);
  if (archive.sourceArn !== bus.arn) invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
  const from = toMilliseconds('EventStartTime', EventStartTime);
  const to = toMilliseconds('EventEndTime', EventEndTime);
  if (from >= to) invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
  if (known.some((replay) => replay.name === name))
    throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
  if (known.filter(isActive).length >= MAX_ACTIVE)
    throw new AwsError(
      'LimitExceededException',
      'The requested resource exceeds the maximum number allowed.',
    );
  return {
    name,
    arn: `arn:aws:events:${cloud.region}:${cloud.accountId}:replay/${name}`,
    archiveArn: EventSourceArn,
    description: Description,
    destination: Destination,
    from,
    to,
    state: 'STARTING',
    startedAt: Date.now(),
  };
};
