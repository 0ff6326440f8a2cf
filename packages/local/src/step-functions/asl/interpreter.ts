import { Interrupted, StateError } from './errors.ts';
import { runChoice, runFail, runPass, runWait } from './flow.ts';
import {
  append,
  emit,
  emptyFrame,
  enter,
  failureDetails,
  inputDetails,
  leave,
  outputDetails,
  stateOf,
  toStateError,
} from './line.ts';
import { runMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { recover } from './recover.ts';
import type { HistoryEvent, Line, Run, Step } from './run.ts';
import { runTask } from './task.ts';
import { childSignal, realClock, sleep } from './time.ts';

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error?: string; readonly cause?: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED'; readonly error?: string; readonly cause?: string };

const runState = (line: Line): Promise<Step> => {
  const state = stateOf(line);
  switch (state.Type) {
    case 'Task':
      return recover(line, state, () => runTask(line, state));
    case 'Parallel':
      return recover(line, state, () => runParallel(line, state, runLine));
    case 'Map':
      return recover(line, state, () => runMap(line, state, runLine));
    case 'Choice':
      return runChoice(line, state);
    case 'Wait':
      return runWait(line, state);
    case 'Pass':
    case 'Succeed':
      return runPass(line, state);
    case 'Fail':
      return runFail(line, state);
  }
};

/** Runs a line from where its frame stands to its end, and gives its output. */
const runLine = async (line: Line): Promise<unknown> => {
  if (!line.frame.state) enter(line, line.states.StartAt, line.frame.input, line.frame.variables);
  while (!line.frame.done) {
    try {
      leave(line, await runState(line));
    } catch (thrown) {
      throw toStateError(line, thrown);
    }
  }
  return line.frame.done.output;
};

/** How an execution ended whose end was written down, but nothing after it. */
const outcomeOf = (last: HistoryEvent | undefined): Outcome | undefined => {
  switch (last?.type) {
    case 'ExecutionSucceeded': {
      const { output } = last.executionSucceededEventDetails as { output: string };
      return { status: 'SUCCEEDED', output: JSON.parse(output) };
    }
    case 'ExecutionFailed':
      return { status: 'FAILED', ...(last.executionFailedEventDetails as object) };
    case 'ExecutionAborted':
      return { status: 'ABORTED', ...(last.executionAbortedEventDetails as object) };
    case 'ExecutionTimedOut':
      return { status: 'TIMED_OUT' };
    default:
      return undefined;
  }
};

const ENDED = new Interrupted('the execution has ended');

/** Runs an execution to its end, from its beginning or from where its journal stands. */
export const execute = async (
  { clock = realClock, ...given }: Omit<Run, 'clock'> & Partial<Pick<Run, 'clock'>>,
  signal: AbortSignal,
): Promise<Outcome> => {
  const run: Run = { ...given, clock };
  const { execution, journal, machine } = run;
  const ended = outcomeOf(journal.last());
  if (ended) return ended;
  const own = childSignal(signal);
  if (!journal.frame(''))
    append(run, 'ExecutionStarted', 0, {
      executionStartedEventDetails: { ...inputDetails(execution.input), roleArn: execution.roleArn },
    });
  const line: Line = {
    run,
    states: machine,
    path: '',
    signal: own.signal,
    frame: journal.frame('') ?? emptyFrame(execution.input, {}, 0),
  };
  try {
    return await Promise.race([runToEnd(line), timeOut(line, own.abort)]);
  } finally {
    own.abort(ENDED);
    own.release();
  }
};

const runToEnd = async (line: Line): Promise<Outcome> => {
  try {
    const output = await runLine(line);
    emit(line, 'ExecutionSucceeded', { executionSucceededEventDetails: outputDetails(output) });
    return { status: 'SUCCEEDED', output };
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    const details = failureDetails(thrown);
    emit(line, 'ExecutionFailed', { executionFailedEventDetails: details });
    return { status: 'FAILED', ...details };
  }
};

const timeOut = async (line: Line, abort: (reason: unknown) => void): Promise<Outcome> => {
  const { machine, execution, clock } = line.run;
  if (machine.TimeoutSeconds === undefined) return new Promise<never>(() => undefined);
  const from = Date.parse(execution.redriveTime ?? execution.startTime);
  await sleep(clock, from + machine.TimeoutSeconds * 1000, line.signal);
  abort(new Interrupted('the execution has timed out'));
  // AWS records nothing of the states that this cuts, and gives the execution itself no error.
  append(line.run, 'ExecutionTimedOut', 0, { executionTimedOutEventDetails: { error: 'States.Timeout' } });
  return { status: 'TIMED_OUT' };
};
