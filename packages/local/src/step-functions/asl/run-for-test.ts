import { type Invoke, runStateMachine } from '../run-state-machine.ts';
import type { HistoryEvent } from './run.ts';

export const LAMBDA = 'arn:aws:states:::lambda:invoke';

export const never: Invoke = () => Promise.reject(new Error('no task expected'));
export const endless: Invoke = () => new Promise(() => undefined);

/** A failure as a task reports it. */
export const failure = (name: string, message = 'why') => Object.assign(new Error(message), { name });

/** An invoke that fails with each of these names in turn, and then answers. */
export const failing = (names: readonly string[], answer: unknown = {}): Invoke => {
  const left = [...names];
  return async () => {
    const name = left.shift();
    if (name !== undefined) throw failure(name);
    return answer;
  };
};

export type StateTable = Record<string, object>;

export const machine = (States: StateTable, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});

/** Runs a JSONata machine that starts with its first state, without waiting for anything. */
export const run = (States: StateTable, input: unknown = {}, invoke: Invoke = never) =>
  runStateMachine(machine(States), input, { invoke, skipWaits: true });

/** What an expression gives as the output of a machine's only state. */
export const output = async (expression: string, input: unknown = {}) =>
  (await run({ Only: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }, input)).output;

export const typesOf = (history: readonly HistoryEvent[]) => history.map(({ type }) => type);

/** Each event's type after the number of the event it follows from. */
export const chainOf = (history: readonly HistoryEvent[]) =>
  history.map(({ type, previousEventId }) => `${previousEventId} ${type}`);

/** The histories' events without their times. */
export const timeless = (history: readonly HistoryEvent[]) => history.map(({ timestamp, ...event }) => event);
