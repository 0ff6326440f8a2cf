import { randomUUID } from 'node:crypto';
import { AwsError, type Cloud } from '../cloud.ts';

/** One entry of PutEvents. */
export interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Seconds since 1970, or ISO 8601. */
  readonly Time?: number | string;
  readonly TraceHeader?: string;
}

/** An event as targets get it. */
export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  /** Of an event that comes out of an archive. */
  readonly 'replay-name'?: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** AWS's limit on the entries of one call. */
const MAX_ENTRIES = 10;
/** AWS's limit on the size of all entries of one call, in bytes; it was 256 KB before 2026. */
const MAX_BYTES = 1_048_576;

/** An entry's size as AWS counts it: 14 bytes for a time, and the UTF-8 of all else. */
export const sizeOf = ({ Detail = '', DetailType = '', Resources = [], Source = '', Time }: Entry): number =>
  [Detail, DetailType, Source, ...Resources].reduce(
    (sum, part) => sum + Buffer.byteLength(part),
    Time === undefined ? 0 : 14,
  );

const invalid = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** Refuses a call that is wrong as a whole. */
export const checkEntries = (entries: unknown, endpointId: string | undefined): readonly Entry[] => {
  if (endpointId !== undefined) invalid(`EndpointId ${endpointId}: global endpoints do not run locally.`);
  const length = Array.isArray(entries) ? entries.length : 0;
  if (!Array.isArray(entries) || length < 1 || length > MAX_ENTRIES) {
    const bound =
      length > MAX_ENTRIES ? `less than or equal to ${MAX_ENTRIES}` : 'greater than or equal to 1';
    return invalid(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES)
    invalid('Total size of the entries in the request is over the limit.');
  return entries;
};

const missing = (name: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

const parseDetail = (detail: string): unknown => {
  try {
    const value: unknown = JSON.parse(detail);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** A time as events have it: ISO 8601, without fractions. */
export const toTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

/** The event that an entry stands for, or why it isn't taken. Only AWS itself may speak as `aws.…`. */
export const toEnvelope = (
  entry: Entry,
  { accountId, region }: Pick<Cloud, 'accountId' | 'region'>,
  isAws: boolean,
): Envelope | Refusal => {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source) return missing('Source');
  if (Source.startsWith('aws.') && !isAws)
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  const detail = parseDetail(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = typeof Time === 'number' ? Time * 1000 : Time === undefined ? Date.now() : Date.parse(Time);
  if (Number.isNaN(time))
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Time is not valid.' };
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: accountId,
    time: toTime(time),
    region,
    resources: Resources,
    detail,
  };
};
