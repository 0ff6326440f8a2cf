import type { State } from './definition.ts';
import { assertSize, QueryError, StateError } from './errors.ts';
import { evaluate } from './jsonata.ts';
import type { Frame, Line, Run, Step } from './run.ts';

/** Text of a value in the history. */
export const text = (value: unknown): string => JSON.stringify(value) ?? 'null';

const details = { truncated: false } as const;
export const inputDetails = (value: unknown) => ({ input: text(value), inputDetails: details });
export const outputDetails = (value: unknown) => ({ output: text(value), outputDetails: details });

export const stateOf = (line: Line): State => {
  const state = line.states.States[line.frame.state];
  if (!state) throw new StateError('States.Runtime', `There is no state "${line.frame.state}"`);
  return state;
};

/** Adds an event to the line. An aborted line adds nothing more. */
export const emit = (line: Line, type: string, details: Record<string, unknown> = {}): number => {
  line.signal.throwIfAborted();
  const id = append(line.run, type, line.frame.previous, details);
  line.frame = { ...line.frame, previous: id };
  return id;
};

/** Adds an event that the next one does not follow from, as AWS has it for a Parallel's or Map's Succeeded. */
export const emitAside = (line: Line, type: string): void => {
  const { previous } = line.frame;
  emit(line, type);
  line.frame = { ...line.frame, previous };
};

export const append = (run: Run, type: string, previousEventId: number, details: object = {}): number =>
  run.journal.append({ type, previousEventId, timestamp: Date.now(), ...details });

/** Changes the line's frame and makes it durable. */
export const commit = (line: Line, change: Partial<Frame> = {}, fresh = false): void => {
  line.signal.throwIfAborted();
  line.frame = { ...line.frame, ...change };
  line.run.journal.commit(line.path, line.frame, fresh);
};

/** The frame of a line that has not begun. */
export const emptyFrame = (input: unknown, variables: Frame['variables'], previous: number): Frame => ({
  state: '',
  input,
  variables,
  previous,
  enteredId: 0,
  enteredTime: '',
  retryCount: 0,
  retries: [],
});

/** AWS's limit on the events of an execution: what ends a workflow that runs in circles. */
const MAX_EVENTS = 25_000;

/** Steps into a state: from here on, a restart begins with it. */
export const enter = (line: Line, state: string, input: unknown, variables: Frame['variables']): void => {
  if (line.frame.previous >= MAX_EVENTS) {
    const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
    throw new StateError('States.Runtime', cause);
  }
  const { Type } = line.states.States[state] ?? { Type: 'Unknown' };
  const id = emit(line, `${Type}StateEntered`, {
    stateEnteredEventDetails: { name: state, ...inputDetails(input) },
  });
  line.frame = emptyFrame(input, variables, id);
  commit(line, { state, enteredId: id, enteredTime: new Date().toISOString() }, true);
};

/** Leaves the state that the line is in, for the next one or for good. */
export const leave = (line: Line, { output, assigned, next }: Step): void => {
  const names = Object.entries(assigned).map(([name, value]) => [name, text(value)]);
  const variables = names.length
    ? { assignedVariables: Object.fromEntries(names), assignedVariablesDetails: details }
    : {};
  emit(line, `${stateOf(line).Type}StateExited`, {
    stateExitedEventDetails: { name: line.frame.state, ...outputDetails(output), ...variables },
  });
  const merged = { ...line.frame.variables, ...assigned };
  if (next === undefined) commit(line, { done: { output }, variables: merged }, true);
  else enter(line, next, output, merged);
};

const contextOf = ({ run: { execution }, frame, mapItem }: Line, recoverable: boolean) => ({
  Execution: {
    Id: execution.id,
    Input: execution.input,
    Name: execution.name,
    RoleArn: execution.roleArn,
    StartTime: execution.startTime,
    RedriveCount: 0,
  },
  StateMachine: { Id: execution.stateMachineId, Name: execution.stateMachineName },
  State: {
    Name: frame.state,
    EnteredTime: frame.enteredTime,
    ...(recoverable ? { RetryCount: frame.retryCount } : {}),
  },
  ...(frame.token === undefined ? {} : { Task: { Token: frame.token } }),
  ...(mapItem === undefined ? {} : { Map: { Item: mapItem } }),
});

/** What an expression sees: the variables, and `$states` with `result` or `errorOutput` where there is one. */
export const bindings = (line: Line, extra: Record<string, unknown> = {}): Record<string, unknown> => {
  const { Type } = stateOf(line);
  const recoverable = Type === 'Task' || Type === 'Parallel' || Type === 'Map';
  return {
    ...line.frame.variables,
    states: { input: line.frame.input, context: contextOf(line, recoverable), ...extra },
  };
};

interface Source {
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
}

/**
 * Evaluates Assign and Output of a state, a choice rule or a catcher, both with the variables as they were before.
 *
 * @param prefix where `source` stands in the state, such as `Choices[0]/`
 */
export const produce = async (
  line: Line,
  source: Source,
  {
    fallback,
    next,
    extra,
    prefix = '',
  }: {
    fallback: unknown;
    next: string | undefined;
    extra?: Record<string, unknown>;
    prefix?: string;
  },
): Promise<Step> => {
  const names = bindings(line, extra);
  const assigned = (await evaluate(source.Assign ?? {}, `${prefix}Assign`, names)) as Record<string, unknown>;
  const output =
    source.Output === undefined ? fallback : await evaluate(source.Output, `${prefix}Output`, names);
  assertSize(line.frame.state, output);
  return { output, assigned, next };
};

/** AWS's opening of the cause of an error that the service itself found. */
export const inState = ({ frame }: Line, message: string): string =>
  `An error occurred while executing the state '${frame.state}' (entered at the event id #${frame.enteredId}). ${message}`;

/** Gives a failure its place in the history and its error name. Anything but a failed state is thrown on. */
export const toStateError = (line: Line, thrown: unknown): StateError => {
  if (thrown instanceof StateError) return thrown;
  if (!(thrown instanceof QueryError)) throw thrown;
  const error = 'States.QueryEvaluationError';
  const cause = inState(line, thrown.message);
  emit(line, 'EvaluationFailed', {
    evaluationFailedEventDetails: { error, cause, location: thrown.field, state: line.frame.state },
  });
  return new StateError(error, cause);
};

/** `{ error, cause }` of a failure, without what it doesn't have. */
export const failureDetails = ({ error, reason }: StateError) => ({
  ...(error === undefined ? {} : { error }),
  ...(reason === undefined ? {} : { cause: reason }),
});
