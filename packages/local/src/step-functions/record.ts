type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution as the store keeps it. Times in milliseconds since 1970; input and output as JSON text. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly input: string;
  readonly startDate: number;
  /** Key of the definition that it began with, and goes on with whatever the template says by now. */
  readonly definition: string;
  readonly status: Status;
  readonly traceHeader?: string;
  /** What a parent execution started it for: the same attempt never starts a second one. */
  readonly startedBy?: string;
  readonly stopDate?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** How many events its history has, once it has ended. */
  readonly events?: number;
  readonly redriveCount?: number;
  readonly redriveDate?: number;
  /** The newest first. */
  readonly redrives?: readonly Redrive[];
}

interface Redrive {
  readonly clientToken: string;
  readonly redriveDate: number;
}

export type End = Pick<ExecutionRecord, 'status' | 'output' | 'error' | 'cause'>;

const DAY_MS = 86_400_000;
/** AWS's limits: a year for an execution, two weeks after its end for a redrive. */
const MAX_EXECUTION_MS = 365 * DAY_MS;
const REDRIVABLE_MS = 14 * DAY_MS;
/** A history takes 25,000 events; ExecutionRedriven and one more have to find room. */
const MAX_EVENTS_BEFORE_REDRIVE = 24_999;

/** Why an execution cannot be redriven, in AWS's words; undefined where it can. */
export const whyNotRedrivable = (
  { status, startDate, stopDate = 0, events = 0 }: ExecutionRecord,
  now: number,
): string | undefined => {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (events >= MAX_EVENTS_BEFORE_REDRIVE) return 'Execution history event limit exceeded';
  if (now - startDate > MAX_EXECUTION_MS) return 'Execution has exceeded the max execution time';
  if (now - stopDate > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
};

/** AWS answers a repeated redrive with the first one's time: for ten tokens, and 15 minutes. */
const TOKENS = 10;
const TOKEN_MS = 15 * 60_000;

/** When a redrive was asked for under this token, if that was of late. */
export const knownRedrive = (
  { redrives = [] }: ExecutionRecord,
  clientToken: string | undefined,
  now: number,
) => redrives.find((one) => one.clientToken === clientToken && now - one.redriveDate < TOKEN_MS)?.redriveDate;

/** An execution as it is once it has been redriven: under way, its end forgotten. */
export const redriven = (
  { stopDate, output, error, cause, events, ...record }: ExecutionRecord,
  { clientToken, now }: { clientToken: string | undefined; now: number },
): ExecutionRecord & { redriveCount: number } => ({
  ...record,
  status: 'RUNNING',
  redriveCount: (record.redriveCount ?? 0) + 1,
  redriveDate: now,
  ...(clientToken !== undefined && {
    redrives: [{ clientToken, redriveDate: now }, ...(record.redrives ?? [])].slice(0, TOKENS),
  }),
});

const seconds = (time: number) => time / 1000;

/** An execution as ListExecutions gives it; times in seconds since 1970. */
export const summaryOf = (record: ExecutionRecord) => ({
  executionArn: record.executionArn,
  stateMachineArn: record.stateMachineArn,
  name: record.name,
  status: record.status,
  startDate: seconds(record.startDate),
  ...(record.stopDate !== undefined && { stopDate: seconds(record.stopDate) }),
  redriveCount: record.redriveCount ?? 0,
  ...(record.redriveDate !== undefined && { redriveDate: seconds(record.redriveDate) }),
});

/** Input, output and cause of an execution, without what it does not have. */
export const dataOf = ({ input, output, error, cause }: Pick<ExecutionRecord, 'input'> & Partial<End>) => ({
  input,
  inputDetails: { included: true },
  ...(output !== undefined && { output, outputDetails: { included: true } }),
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});

/** An execution as DescribeExecution gives it; its data only where they are asked for. */
export const descriptionOf = (record: ExecutionRecord, { now, data }: { now: number; data: boolean }) => {
  const reason = whyNotRedrivable(record, now);
  return {
    ...summaryOf(record),
    ...(data ? dataOf(record) : { inputDetails: { included: false }, outputDetails: { included: false } }),
    ...(record.traceHeader !== undefined && { traceHeader: record.traceHeader }),
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason !== undefined && { redriveStatusReason: reason }),
  };
};
