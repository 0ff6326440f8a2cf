import type { Cloud } from '../cloud.ts';
import type { StateMachine } from './asl/definition.ts';
import { execute, type Outcome } from './asl/interpreter.ts';
import type { Journal, Run } from './asl/run.ts';
import { createInvoke } from './integrations.ts';
import type { Nested } from './nested.ts';
import type { ExecutionRecord } from './record.ts';

interface Launch {
  readonly record: Omit<ExecutionRecord, 'definition' | 'status'>;
  readonly machine: StateMachine;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly nested: Nested;
  readonly awaitCallback?: Run['host']['awaitCallback'];
  readonly newToken: (path: string) => string;
}

const iso = (time: number) => new Date(time).toISOString();

/** Has the interpreter run an execution, its tasks done as the state machine's role. */
export const launch = (cloud: Cloud, options: Launch): Promise<Outcome> => {
  const { record, machine, journal, signal, nested, awaitCallback, newToken } = options;
  const { executionArn, stateMachineArn, name, roleArn, redriveCount, redriveDate } = record;
  const stateMachineName = stateMachineArn.split(':').at(-1) ?? '';
  const execution = {
    id: executionArn,
    name,
    roleArn,
    input: JSON.parse(record.input),
    startTime: iso(record.startDate),
    stateMachineId: stateMachineArn,
    stateMachineName,
    region: cloud.region,
    ...(redriveCount !== undefined && { redriveCount }),
    ...(redriveDate !== undefined && { redriveTime: iso(redriveDate) }),
  };
  const caller = { roleArn, name: stateMachineName };
  const host = {
    ...createInvoke(cloud, caller, {
      executionArn,
      stateMachineArn,
      redriveCount: redriveCount ?? 0,
      nested,
    }),
    ...(awaitCallback && { awaitCallback }),
    newToken,
  };
  return execute({ machine, execution, journal, host }, signal);
};
