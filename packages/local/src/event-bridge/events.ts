import { randomUUID } from 'node:crypto';
import { AwsError, type Cloud } from '../cloud.ts';

/** One entry of PutEvents. */
export interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Seconds since 1970. */
  readonly Time?: number;
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
  readonly resources: readonly string[];
  readonly detail: unknown;
}

interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** AWS's limit on the entries of one call. */
const MAX_ENTRIES = 10;
/** AWS's limit on the size of all entries of one call, in bytes. */
const MAX_BYTES = 262_144;

/** An entry's size as AWS counts it: 14 bytes for a time, and the UTF-8 of all else. */
const sizeOf = ({ Detail = '', DetailType = '', Resources = [], Source = '', Time }: Entry): number =>
  [Detail, DetailType, Source, ...Resources].reduce(
    (sum, part) => sum + Buffer.byteLength(part),
    Time === undefined ? 0 : 14,
  );

/** Refuses a call that is too big as a whole. */
export const checkEntries = (entries: unknown): readonly Entry[] => {
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > MAX_ENTRIES) {
    const message = `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ENTRIES} and greater than or equal to 1`;
    throw new AwsError('ValidationException', message);
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
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

/** The event that an entry stands for, or why it isn't taken. */
export const toEnvelope = (
  entry: Entry,
  { accountId, region }: Pick<Cloud, 'accountId' | 'region'>,
  isFromAws = false,
): Envelope | Refusal => {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source) return missing('Source');
  if (Source.startsWith('aws.') && !isFromAws)
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  const detail = parseDetail(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const date = Time === undefined ? new Date() : new Date(Time * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: accountId,
    time: date.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: Resources,
    detail,
  };
};
