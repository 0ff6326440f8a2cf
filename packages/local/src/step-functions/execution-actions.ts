import type { HistoryEvent } from './asl/run.ts';
import { checkLength, checkOneOf, readFailure } from './checks.ts';
import { assertType, findExecution, findMachine, type Modules } from './find.ts';
import { type Paging, page } from './page.ts';
import { descriptionOf, type ExecutionRecord, summaryOf } from './record.ts';

interface ExecutionInput {
  readonly executionArn?: string;
  readonly includedData?: string;
}

const seconds = (time: number) => time / 1000;

const DATA = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

const withoutData = (event: object): object =>
  Object.fromEntries(
    Object.entries(event).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !DATA.has(name)))
        : value,
    ]),
  );

const eventOnWire = ({ timestamp, ...event }: HistoryEvent, data: boolean) => ({
  ...(data ? event : withoutData(event)),
  timestamp: seconds(timestamp),
});

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** Look at the executions of STANDARD state machines, end them and begin them anew. */
export const executionActions = ({ machines, executions, dataKeys }: Modules) => ({
  StopExecution({ executionArn, ...end }: ExecutionInput & { error?: string; cause?: string }) {
    const record = findExecution(executions, { ...(executionArn !== undefined && { executionArn }) });
    const { stopDate = Date.now() } = executions.abort(record, readFailure(end));
    return { stopDate: seconds(stopDate) };
  },
  async RedriveExecution({ clientToken, ...input }: ExecutionInput & { readonly clientToken?: string }) {
    checkLength('clientToken', clientToken, 64);
    const machine = machines.get(findExecution(executions, input).stateMachineArn);
    if (machine !== undefined) await dataKeys(machine);
    return { redriveDate: seconds(executions.redrive(findExecution(executions, input), clientToken)) };
  },
  DescribeExecution({ includedData, ...input }: ExecutionInput) {
    checkOneOf('includedData', includedData, ['ALL_DATA', 'METADATA_ONLY']);
    const data = includedData !== 'METADATA_ONLY';
    return descriptionOf(findExecution(executions, input), { now: Date.now(), data });
  },
  GetExecutionHistory({
    reverseOrder = false,
    includeExecutionData = true,
    ...input
  }: ExecutionInput & Paging & { reverseOrder?: boolean; includeExecutionData?: boolean }) {
    const events = executions.history(findExecution(executions, input).executionArn);
    const { items, nextToken } = page(reverseOrder ? events.toReversed() : events, input, {
      place: ({ id }) => id,
      isAfter: (one, other) => (reverseOrder ? one < other : one > other),
    });
    return { events: items.map((event) => eventOnWire(event, includeExecutionData)), nextToken };
  },
  ListExecutions({
    statusFilter,
    redriveFilter,
    ...input
  }: Paging & { stateMachineArn?: string; statusFilter?: string; redriveFilter?: string }) {
    checkOneOf('statusFilter', statusFilter, STATUSES);
    checkOneOf('redriveFilter', redriveFilter, ['REDRIVEN', 'NOT_REDRIVEN']);
    const machine = findMachine(machines, input);
    assertType(machine, 'STANDARD');
    const isNewer = (one: readonly [number, string], other: readonly [number, string]) =>
      one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
    const place = ({ startDate, name }: ExecutionRecord) => [startDate, name] as const;
    const records = executions
      .list(machine)
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .filter(
        ({ redriveCount = 0 }) =>
          redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === redriveCount > 0,
      )
      .sort((one, other) => (isNewer(place(one), place(other)) ? -1 : 1));
    const { items, nextToken } = page(records, input, { place, isAfter: (one, last) => isNewer(last, one) });
    return { executions: items.map(summaryOf), nextToken };
  },
});
