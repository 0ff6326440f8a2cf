import { randomUUID } from 'node:crypto';
import { execute, type Outcome } from './asl/interpreter.ts';
import { createJournal } from './asl/journal.ts';
import type { HistoryEvent, Run } from './asl/run.ts';
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

const executionOf = (input: unknown): Run['execution'] => {
  const name = randomUUID();
  return {
    id: `arn:aws:states:${REGION}:${ACCOUNT}:execution:StateMachine:${name}`,
    name,
    input,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/StateMachine`,
    startTime: new Date().toISOString(),
    stateMachineId: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:StateMachine`,
    stateMachineName: 'StateMachine',
    region: REGION,
  };
};

/**
 * Runs a JSONata state machine in memory, waits and back-offs included.
 *
 * @param definition the Amazon States Language definition, as JSON text or its value
 * @param options.invoke does the tasks' work; it resolves to the integration's raw result
 * @throws InvalidDefinition for a definition that Step Functions would not create, or that has JSONPath states
 * @example
 * const { status, output } = await runStateMachine(definition, { orderId }, {
 *   invoke: async (resource, { FunctionName }) => ({ StatusCode: 200, Payload: { ok: true } }),
 * });
 */
export const runStateMachine = async (
  definition: unknown,
  input: unknown,
  { invoke }: { invoke: Invoke },
): Promise<StateMachineResult> => {
  const machine = parseDefinition(definition);
  const history: HistoryEvent[] = [];
  const journal = createJournal([], ({ events }) => history.push(...events));
  const host = {
    invoke: async (call: { resource: string; arguments: unknown }) => invoke(call.resource, call.arguments),
    newToken: () => randomUUID(),
  };
  const run = { machine, execution: executionOf(input ?? {}), journal, host };
  const outcome: Outcome = await execute(run, new AbortController().signal);
  journal.flush();
  return { ...outcome, history };
};
