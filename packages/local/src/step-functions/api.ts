import { randomUUID } from 'node:crypto';
import { type Api, AwsError, type Permission } from '../cloud.ts';
import type { HistoryEvent } from './asl/run.ts';
import { readToken } from './callbacks.ts';
import { type ExecutionRecord, type Executions, executionArnOf } from './executions.ts';
import type { Machine } from './machines.ts';

interface Input {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly output?: string;
  readonly taskToken?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
}

/** AWS's limit on the input of an execution and the output of a task, in bytes. */
const MAX_DATA_BYTES = 262_144;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

const seconds = (time: number) => time / 1000;

const parseJson = (text: string, code: string): unknown => {
  if (Buffer.byteLength(text) > MAX_DATA_BYTES)
    throw new AwsError(code, `${code}: larger than ${MAX_DATA_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError(code, `${code}: '${(error as Error).message}'`);
  }
};

const summary = (record: ExecutionRecord) => ({
  executionArn: record.executionArn,
  stateMachineArn: record.stateMachineArn,
  name: record.name,
  status: record.status,
  startDate: seconds(record.startDate),
  ...(record.stopDate !== undefined && { stopDate: seconds(record.stopDate) }),
  redriveCount: 0,
});

const described = (record: ExecutionRecord) => ({
  ...summary(record),
  input: record.input,
  inputDetails: { included: true },
  ...(record.output !== undefined && { output: record.output, outputDetails: { included: true } }),
  ...(record.error !== undefined && { error: record.error }),
  ...(record.cause !== undefined && { cause: record.cause }),
});

/** One page of `items`; the token is the place of the next one. */
const page = <T>(
  items: readonly T[],
  { maxResults, nextToken }: Input,
): { items: T[]; nextToken?: string } => {
  const from = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(from)) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  const to = from + (maxResults || 100);
  return { items: items.slice(from, to), ...(to < items.length && { nextToken: String(to) }) };
};

const eventOnWire = ({ timestamp, ...event }: HistoryEvent) => ({ ...event, timestamp: seconds(timestamp) });

type Action = (input: Input) => unknown;

/** The actions of Step Functions, by name. */
const createActions = (
  machines: ReadonlyMap<string, Machine>,
  executions: Executions,
): Record<string, Action> => {
  const machineOf = ({ stateMachineArn = '' }: Input): Machine => {
    const machine = machines.get(stateMachineArn);
    if (!machine)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    return machine;
  };
  const executionOf = ({ executionArn = '' }: Input): ExecutionRecord => {
    const record = executions.find(executionArn);
    if (!record) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return record;
  };
  /** The token, if a task still waits for it. */
  const waiting = ({ taskToken = '' }: Input): string => {
    const { executionArn, path } = readToken(taskToken);
    if (
      executions.frame(executionArn, path)?.token === taskToken &&
      !executions.callbacks.isAnswered(taskToken)
    )
      return taskToken;
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  };

  return {
    StartExecution(input) {
      const machine = machineOf(input);
      const { name = randomUUID(), input: text = '{}' } = input;
      if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
      parseJson(text, 'InvalidExecutionInput');
      const known = executions.find(executionArnOf(machine, name));
      if (known && (known.status !== 'RUNNING' || known.input !== text))
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.executionArn}'`);
      const { executionArn, startDate } = known ?? executions.start(machine, name, text);
      return { executionArn, startDate: seconds(startDate) };
    },
    StopExecution({ executionArn = '', error, cause }) {
      const end = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      return { stopDate: seconds(executions.abort(executionArn, end).stopDate ?? Date.now()) };
    },
    DescribeExecution: (input) => described(executionOf(input)),
    GetExecutionHistory(input) {
      const events = executions.history(executionOf(input).executionArn).map(eventOnWire);
      const { items, nextToken } = page(input.reverseOrder ? events.toReversed() : events, input);
      return { events: items, nextToken };
    },
    ListExecutions(input) {
      const { statusFilter } = input;
      const records = executions
        .list(machineOf(input))
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .sort((one, other) => other.startDate - one.startDate);
      const { items, nextToken } = page(records, input);
      return { executions: items.map(summary), nextToken };
    },
    DescribeStateMachine(input) {
      const { arn, name, roleArn, text, type } = machineOf(input);
      return {
        stateMachineArn: arn,
        name,
        roleArn,
        definition: text,
        type,
        status: 'ACTIVE',
        creationDate: 0,
      };
    },
    ListStateMachines: () => ({
      stateMachines: [...machines.values()].map(({ arn, name, type }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: 0,
      })),
    }),
    SendTaskSuccess(input) {
      const output = parseJson(input.output ?? '', 'InvalidOutput');
      executions.callbacks.answer(waiting(input), { output });
      return {};
    },
    SendTaskFailure(input) {
      const { error, cause } = input;
      const answer = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      executions.callbacks.answer(waiting(input), answer);
      return {};
    },
    SendTaskHeartbeat(input) {
      executions.callbacks.beat(waiting(input));
      return {};
    },
  };
};

const machineArnOf = (executionArn: string): string =>
  executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':');

/** A callback is allowed on the state machine whose task it ends; a token that is none is refused as such. */
const tokenPermissions = (action: string, { taskToken }: Input): Permission[] => {
  try {
    return [{ action: `states:${action}`, resource: machineArnOf(readToken(taskToken).executionArn) }];
  } catch {
    return [];
  }
};

export const createApi = (machines: ReadonlyMap<string, Machine>, executions: Executions): Api => {
  const actions = createActions(machines, executions);
  return {
    permissions: (action: string, input: Input) =>
      action.startsWith('SendTask')
        ? tokenPermissions(action, input)
        : [{ action: `states:${action}`, resource: input.executionArn ?? input.stateMachineArn ?? '*' }],
    async handle(action: string, input: Input) {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!run) throw new AwsError('UnknownOperationException', `states:${action} is not known here`, 404);
      return run(input);
    },
  };
};
