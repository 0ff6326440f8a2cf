import type { State } from './definition.ts';
import { QueryError, StateError } from './errors.ts';
import { text } from './json.ts';
import type { Frame, Line, Run, Step } from './run.ts';

const details = { truncated: false } as const;
export const inputDetails = (value: unknown) => ({ input: text(value), inputDetails: details });
export const outputDetails = (value: unknown) => ({ output: text(value), outputDetails: details });

export const stateOf = (line: Line): State => {
  const state = line.states.States[line.frame.state];
  if (!state) throw new StateError('States.Runtime', `There is no state "${line.frame.state}"`);
  return state;
};

/** AWS's limit on the events of an execution: what ends a workflow that runs in circles. The last one tells of that. */
const MAX_EVENTS = 25_000;

/** Adds an event to the line. An aborted line adds nothing more. */
export const emit = (line: Line, type: string, details: Record<string, unknown> = {}): number => {
  line.signal.throwIfAborted();
  if ((line.run.journal.last()?.id ?? 0) >= MAX_EVENTS - 1 && type !== 'ExecutionFailed')
    throw new StateError(
      'States.Runtime',
      `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
    );
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
  run.journal.append({ type, previousEventId, timestamp: run.clock.now(), ...details });

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
  enteredAfter: previous,
  enteredTime: '',
  retryCount: 0,
  retries: [],
});

/** Steps into a state: from here on, a restart begins with it. */
export const enter = (line: Line, state: string, input: unknown, variables: Frame['variables']): void => {
  const enteredAfter = line.frame.previous;
  const { Type } = line.states.States[state] ?? { Type: 'Unknown' };
  const id = emit(line, `${Type}StateEntered`, {
    stateEnteredEventDetails: { name: state, ...inputDetails(input) },
  });
  line.frame = emptyFrame(input, variables, id);
  const enteredTime = new Date(line.run.clock.now()).toISOString();
  commit(line, { state, enteredId: id, enteredAfter, enteredTime }, true);
};

/** Leaves the state that the line is in, for the next one or for good. */
export const leave = (line: Line, { output, assigned, next }: Step): void => {
  const merged = { ...line.frame.variables, ...assigned };
  const names = Object.entries(assigned).map(([name, value]) => [name, text(value)]);
  const variables = names.length
    ? { assignedVariables: Object.fromEntries(names), assignedVariablesDetails: details }
    : {};
  emit(line, `${stateOf(line).Type}StateExited`, {
    stateExitedEventDetails: { name: line.frame.state, ...outputDetails(output), ...variables },
  });
  if (next === undefined) commit(line, { done: { output }, variables: merged }, true);
  else enter(line, next, output, merged);
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
  const location = thrown.field === undefined ? {} : { location: thrown.field };
  if (thrown.beforeEntry) line.frame = { ...line.frame, previous: line.frame.enteredAfter };
  emit(line, 'EvaluationFailed', {
    evaluationFailedEventDetails: { error, cause, ...location, state: line.frame.state },
  });
  return new StateError(error, cause);
};

/** `{ error, cause }` of a failure, without what it doesn't have. */
export const failureDetails = ({ error, reason }: StateError) => ({
  ...(error === undefined ? {} : { error }),
  ...(reason === undefined ? {} : { cause: reason }),
});
