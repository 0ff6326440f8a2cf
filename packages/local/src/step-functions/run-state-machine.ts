import { randomUUID } from 'node:crypto';
import { execute, type Outcome } from './asl/interpreter.ts';
import { createJournal } from './asl/journal.ts';
import { copyOf } from './asl/json.ts';
import type { HistoryEvent, Run, TaskCall } from './asl/run.ts';
import { skippingClock } from './asl/skipping-clock.ts';
import { realClock } from './asl/time.ts';
import { parseDefinition } from './asl/validate.ts';

/** Stands for a task: `arguments_` is what the state passes, and a rejection's `name` and `message` are error and cause. */
export type Invoke = (resource: string, arguments_: unknown) => unknown;

export interface StateMachineResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** In AWS's event types; `timestamp` in milliseconds since 1970. */
  readonly history: readonly HistoryEvent[];
}

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

const executionOf = (input: unknown, now: number): Run['execution'] => {
  const name = randomUUID();
  return {
    id: `arn:aws:states:${REGION}:${ACCOUNT}:execution:StateMachine:${name}`,
    name,
    input,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/StateMachine`,
    startTime: new Date(now).toISOString(),
    stateMachineId: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:StateMachine`,
    stateMachineName: 'StateMachine',
    region: REGION,
  };
};

/** What AWS hands over before it waits for the end; `invoke` answers with the end alone. */
const HANDED_OVER = /\.(sync(:2)?|waitForTaskToken)$/;

/**
 * Runs a JSONata state machine in memory, waits and back-offs included: in real time, unless they are skipped.
 *
 * @param definition the Amazon States Language definition, as JSON text or its value
 * @param options.invoke does the tasks' work; it resolves to the integration's raw result, and to what the callback
 * brings where the resource waits for a task token
 * @param options.skipWaits lets time leap over waits, back-offs and time limits whenever no task is under way; the
 * history's timestamps are those of the time that would have passed
 * @throws InvalidDefinition for a definition that Step Functions would not create, or that has JSONPath states
 * @example
 * const { status, output } = await runStateMachine(definition, { orderId }, {
 *   invoke: async (resource, { FunctionName }) => ({ StatusCode: 200, Payload: { ok: true } }),
 * });
 */
export const runStateMachine = async (
  definition: unknown,
  input: unknown,
  { invoke, skipWaits = false }: { invoke: Invoke; skipWaits?: boolean },
): Promise<StateMachineResult> => {
  const machine = parseDefinition(definition);
  const history: HistoryEvent[] = [];
  const journal = createJournal([], ({ events }) => history.push(...events));
  const clock = skipWaits ? skippingClock() : realClock;
  const host = {
    invoke: async ({ resource, arguments: arguments_, submitted }: TaskCall) => {
      if (HANDED_OVER.test(resource)) submitted();
      // The caller may do what it likes with its arguments; the execution has them as they were.
      return invoke(resource, copyOf(arguments_));
    },
    newToken: () => randomUUID(),
  };
  const execution = executionOf(copyOf(input ?? {}), clock.now());
  const run = { machine, execution, journal, host, clock };
  const outcome = await execute(run, new AbortController().signal);
  journal.flush();
  return { ...(outcome as Exclude<Outcome, { status: 'ABORTED' }>), history };
};
