import { createHash } from 'node:crypto';
import { AwsError, type Cloud, type Store } from '../cloud.ts';
import { Interrupted } from './asl/errors.ts';
import { execute, type Outcome } from './asl/interpreter.ts';
import { createJournal, type Entry, type LoggedJournal } from './asl/journal.ts';
import type { Frame, HistoryEvent } from './asl/run.ts';
import { type Callbacks, createCallbacks, newToken } from './callbacks.ts';
import { createInvoke } from './integrations.ts';
import { definitionOf, type Machine } from './machines.ts';

/** An execution as the store keeps it. Times in milliseconds since 1970; input and output as JSON text. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly input: string;
  readonly startDate: number;
  /** Key of the definition that it began with, and goes on with whatever the template says by now. */
  readonly definition: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly stopDate?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

type End = Pick<ExecutionRecord, 'status' | 'output' | 'error' | 'cause'>;

interface Active {
  readonly abort: AbortController;
  readonly journal: LoggedJournal;
}

export interface Executions {
  readonly callbacks: Callbacks;
  find(executionArn: string): ExecutionRecord | undefined;
  list(machine: Machine): ExecutionRecord[];
  history(executionArn: string): HistoryEvent[];
  /** The frame of a line of a running execution. */
  frame(executionArn: string, path: string): Frame | undefined;
  start(machine: Machine, name: string, input: string): ExecutionRecord;
  abort(executionArn: string, end: { error?: string; cause?: string }): ExecutionRecord;
  /** What ran when the store was last closed: the returned function goes on with it. */
  interrupted(): () => void;
  /** Puts everything down, to be resumed. */
  suspend(): void;
}

const executionKey = (arn: string) => `execution/${arn}`;
/** The executions that have not ended: what `resume` reads. */
const runningKey = (arn: string) => `running/${arn}`;
const logKey = (arn: string) => `log/${arn}/`;

const keepDefinition = (store: Store, text: string): string => {
  const key = `definition/${createHash('sha256').update(text).digest('hex')}`;
  if (store.get(key) === undefined) store.put(key, text);
  return key;
};

const endOf = (outcome: Outcome): End =>
  outcome.status === 'SUCCEEDED'
    ? { status: outcome.status, output: JSON.stringify(outcome.output) }
    : outcome;

export const executionArnOf = (machine: Machine, name: string): string =>
  `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The executions of all state machines, durable in the store. */
export const createExecutions = (cloud: Cloud, store: Store): Executions => {
  const active = new Map<string, Active>();
  const callbacks = createCallbacks(store);
  const definitions = new Map<string, string>();

  const readLog = (arn: string) => store.list<Entry>(logKey(arn)).map(({ value }) => value);

  const finish = (record: ExecutionRecord, journal: LoggedJournal, end: End): ExecutionRecord => {
    journal.flush();
    const ended = { ...record, ...end, stopDate: Date.now() };
    store.put(executionKey(record.executionArn), ended);
    store.delete(runningKey(record.executionArn));
    callbacks.forget(record.executionArn);
    active.delete(record.executionArn);
    const problem = end.error === undefined ? '' : `: ${end.error} ${end.cause ?? ''}`;
    if (end.status !== 'SUCCEEDED') cloud.log.warn('states', `${record.name} ${end.status}${problem}`);
    return ended;
  };

  const launch = (record: ExecutionRecord, log: readonly Entry[]): void => {
    const { executionArn, stateMachineArn, name, roleArn, definition } = record;
    const text = definitions.get(definition) ?? store.get<string>(definition) ?? '';
    definitions.set(definition, text);
    const key = logKey(executionArn);
    const journal = createJournal(log, (entry, number) =>
      store.put(`${key}${String(number).padStart(6, '0')}`, entry),
    );
    const abort = new AbortController();
    active.set(executionArn, { abort, journal });
    const stateMachineName = stateMachineArn.split(':').at(-1) ?? '';
    const execution = {
      id: executionArn,
      name,
      roleArn,
      input: JSON.parse(record.input),
      startTime: new Date(record.startDate).toISOString(),
      stateMachineId: stateMachineArn,
      stateMachineName,
      region: cloud.region,
    };
    const host = {
      invoke: createInvoke(cloud, { roleArn, name: stateMachineName }),
      awaitCallback: callbacks.wait,
      newToken: (path: string) => newToken(executionArn, path),
    };
    execute({ machine: definitionOf(text), execution, journal, host }, abort.signal).then(
      (outcome) => void finish(record, journal, endOf(outcome)),
      (thrown) => {
        if (thrown instanceof Interrupted) return;
        cloud.log.error('states', `${name}: ${(thrown as Error).stack}`);
        finish(record, journal, { status: 'FAILED', error: 'States.Runtime', cause: String(thrown) });
      },
    );
  };

  return {
    callbacks,
    find: (arn) => store.get<ExecutionRecord>(executionKey(arn)),
    list: (machine) =>
      store.list<ExecutionRecord>(executionKey(executionArnOf(machine, ''))).map(({ value }) => value),
    history: (arn) => [
      ...readLog(arn).flatMap(({ events }) => events),
      ...(active.get(arn)?.journal.pending() ?? []),
    ],
    frame: (arn, path) => active.get(arn)?.journal.frame(path),
    start(machine, name, input) {
      const record: ExecutionRecord = {
        executionArn: executionArnOf(machine, name),
        stateMachineArn: machine.arn,
        name,
        roleArn: machine.roleArn,
        input,
        startDate: Date.now(),
        definition: keepDefinition(store, machine.text),
        status: 'RUNNING',
      };
      // First the record, then the mark by which it is resumed: the other way round, a crash leaves a mark of nothing.
      store.put(executionKey(record.executionArn), record);
      store.put(runningKey(record.executionArn), true);
      launch(record, []);
      return record;
    },
    abort(arn, end) {
      const record = store.get<ExecutionRecord>(executionKey(arn));
      if (!record) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
      const running = active.get(arn);
      if (!running) return record;
      running.abort.abort(new Interrupted('stopped'));
      running.journal.append({
        type: 'ExecutionAborted',
        previousEventId: 0,
        timestamp: Date.now(),
        executionAbortedEventDetails: end,
      });
      return finish(record, running.journal, { status: 'ABORTED', ...end });
    },
    interrupted() {
      const keys = store.list(runningKey('')).map(({ key }) => key);
      return () => {
        for (const key of keys) {
          const record = store.get<ExecutionRecord>(executionKey(key.slice(runningKey('').length)));
          if (record?.status === 'RUNNING') launch(record, readLog(record.executionArn));
          else store.delete(key);
        }
      };
    },
    suspend() {
      for (const { abort } of active.values()) abort.abort(new Interrupted('suspended'));
      active.clear();
    },
  };
};
