import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from './definition.ts';
import { QueryError, StateError } from './errors.ts';
import { evaluateBoolean, evaluateNumber, evaluateString } from './jsonata.ts';
import { commit, inState } from './line.ts';
import type { Line, Step } from './run.ts';
import { produce, scopeOf } from './scope.ts';
import { sleep } from './time.ts';

const NO_NEXT_STATE = 'Failed to transition out of the state. The state does not point to a next state.';

/** RFC 3339, with the capital T and Z that the specification asks for. */
export const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const runPass = (line: Line, state: PassState | SucceedState): Promise<Step> =>
  produce(line, state, { fallback: line.frame.input, next: state.Next });

export const runFail = async (line: Line, state: FailState): Promise<Step> => {
  const scope = scopeOf(line);
  const field = async (name: 'Error' | 'Cause') =>
    state[name] === undefined ? undefined : evaluateString(state[name], name, scope);
  throw new StateError(await field('Error'), await field('Cause'));
};

export const runChoice = async (line: Line, state: ChoiceState): Promise<Step> => {
  const scope = scopeOf(line);
  const fallback = line.frame.input;
  for (const [index, rule] of state.Choices.entries()) {
    const prefix = `Choices[${index}]/`;
    const holds =
      typeof rule.Condition === 'boolean'
        ? rule.Condition
        : await evaluateBoolean(rule.Condition, `${prefix}Condition`, scope);
    if (holds) return produce(line, rule, { fallback, next: rule.Next, prefix });
  }
  // The specification's States.NoChoiceMatched is what AWS reports as States.Runtime.
  if (state.Default === undefined) throw new StateError('States.Runtime', inState(line, NO_NEXT_STATE));
  return produce(line, state, { fallback, next: state.Default });
};

export const runWait = async (line: Line, state: WaitState): Promise<Step> => {
  if (line.frame.resumeAt === undefined) commit(line, { resumeAt: await endOfWait(line, state) });
  await sleep(line.run.clock, line.frame.resumeAt ?? 0, line.signal);
  return produce(line, state, { fallback: line.frame.input, next: state.Next });
};

const endOfWait = async (line: Line, state: WaitState): Promise<number> => {
  const scope = scopeOf(line);
  if (state.Timestamp === undefined)
    return line.run.clock.now() + (await evaluateNumber(state.Seconds, 'Seconds', scope)) * 1000;
  const timestamp = await evaluateString(state.Timestamp, 'Timestamp', scope);
  if (TIMESTAMP.test(timestamp) && !Number.isNaN(Date.parse(timestamp))) return Date.parse(timestamp);
  throw new QueryError(
    'Timestamp',
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
  );
};
