import { AwsError, type Cloud } from '../cloud.ts';
import { executionArnOf } from './arn.ts';
import { Interrupted } from './asl/errors.ts';
import type { Outcome } from './asl/interpreter.ts';
import { createJournal, type Entry, type LoggedJournal } from './asl/journal.ts';
import { redrive } from './asl/redrive.ts';
import type { Frame, HistoryEvent } from './asl/run.ts';
import { type Callbacks, newToken } from './callbacks.ts';
import type { ExecutionStore } from './execution-store.ts';
import { launch } from './launch.ts';
import { definitionOf, type Machine } from './machines.ts';
import { countEnd, countRedrive, countStart } from './metrics.ts';
import type { Nested } from './nested.ts';
import { type End, type ExecutionRecord, knownRedrive, redriven, whyNotRedrivable } from './record.ts';

/** What an execution is started with. */
export interface Start {
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly traceHeader?: string;
  readonly startedBy?: string;
}

interface Active {
  readonly record: ExecutionRecord;
  readonly abort: AbortController;
  readonly journal: LoggedJournal;
}

export interface Executions {
  find(executionArn: string): ExecutionRecord | undefined;
  list(machine: Machine): ExecutionRecord[];
  history(executionArn: string): HistoryEvent[];
  /** The definition that an execution runs. */
  definition(record: ExecutionRecord): string;
  /** The frame of a line of a running execution. */
  frame(executionArn: string, path: string): Frame | undefined;
  start(machine: Machine, start: Start): ExecutionRecord;
  abort(record: ExecutionRecord, end: { error?: string; cause?: string }): ExecutionRecord;
  /** Has an execution that failed go on from where it did. Gives the time of that. */
  redrive(record: ExecutionRecord, clientToken: string | undefined): number;
  /** What a parent execution has to know of those that it started. */
  readonly nested: Nested;
  /** What ran when the store was last closed: the returned function goes on with it. */
  interrupted(): () => void;
  /** Puts everything down, to be resumed. */
  suspend(): void;
}

const endOf = (outcome: Outcome): End =>
  outcome.status === 'SUCCEEDED'
    ? { status: outcome.status, output: JSON.stringify(outcome.output) }
    : outcome;

interface Options {
  readonly store: ExecutionStore;
  readonly callbacks: Callbacks;
  /** Called whenever an execution has ended. */
  onEnd(): void;
}

/** The executions of all STANDARD state machines, durable in the store. */
export const createExecutions = (cloud: Cloud, { store, callbacks, onEnd }: Options): Executions => {
  const active = new Map<string, Active>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let suspended = false;

  const nested: Nested = {
    isSuspended: () => suspended,
    ended(arn) {
      if (!active.has(arn)) return Promise.resolve();
      const known = waiting.get(arn) ?? Promise.withResolvers<void>();
      waiting.set(arn, known);
      return known.promise;
    },
  };

  const finish = ({ record, journal }: Active, end: End): ExecutionRecord => {
    const { executionArn, name } = record;
    const entries: Entry[] = [];
    let from = 0;
    journal.flush((entry, number) => {
      entries.push(entry);
      from = number;
    });
    const events = journal.last()?.id ?? 0;
    const ended = { ...record, ...end, stopDate: Date.now(), events };
    store.save(ended, entries, from, callbacks.forget(executionArn));
    active.delete(executionArn);
    waiting.get(executionArn)?.resolve();
    waiting.delete(executionArn);
    countEnd(cloud, ended);
    const problem = end.error === undefined ? '' : `: ${end.error} ${end.cause ?? ''}`;
    if (end.status !== 'SUCCEEDED') cloud.log.warn('states', `${name} ${end.status}${problem}`);
    onEnd();
    return ended;
  };

  /** Runs an execution from where its log stands. Where it is new, its record is saved with the first entry. */
  const run = (record: ExecutionRecord, log: readonly Entry[], isNew = false): void => {
    const { executionArn } = record;
    let unsaved = isNew;
    let unwritten: unknown;
    const journal = createJournal(log, (entry, number) => {
      try {
        if (unsaved) store.save(record, [entry], number);
        else store.append(executionArn, entry, number);
        unsaved = false;
      } catch (error) {
        unwritten = error;
        throw error;
      }
    });
    const own = { record, journal, abort: new AbortController() };
    active.set(executionArn, own);
    const settle = (end: () => End) => {
      try {
        finish(own, end());
      } catch (error) {
        // Such as a full disk. It is still RUNNING in the store, and goes on after the next start.
        cloud.log.error('states', `${record.name}: ${(error as Error).stack}`);
      }
    };
    launch(cloud, {
      record,
      machine: definitionOf(store.definition(record.definition)),
      journal,
      signal: own.abort.signal,
      nested,
      awaitCallback: callbacks.wait,
      newToken: (path) => newToken(executionArn, path),
    }).then(
      (outcome) => settle(() => endOf(outcome)),
      (thrown) => {
        if (thrown instanceof Interrupted) return;
        cloud.log.error('states', `${record.name}: ${(thrown as Error).stack}`);
        // What could not be written has not happened: it goes on from before that after the next start.
        if (thrown === unwritten) active.delete(executionArn);
        else settle(() => ({ status: 'FAILED', error: 'States.Runtime', cause: String(thrown) }));
      },
    );
    // A start that could not be written has to fail, for it would be forgotten.
    if (unsaved && unwritten !== undefined) throw unwritten;
    if (unsaved) store.save(record, [], log.length);
  };

  return {
    nested,
    find: store.find,
    list: (machine) => store.list(executionArnOf(machine.arn, '')),
    history: (arn) => [
      ...store.log(arn).flatMap(({ events }) => events),
      ...(active.get(arn)?.journal.pending() ?? []),
    ],
    definition: (record) => store.definition(record.definition),
    frame(arn, path) {
      const own = active.get(arn);
      if (own !== undefined) return own.journal.frame(path);
      // Not resumed yet, so soon after a start.
      const isRunning = store.find(arn)?.status === 'RUNNING';
      return isRunning ? createJournal(store.log(arn), () => {}).frame(path) : undefined;
    },
    start(machine, { name, ...start }) {
      const record: ExecutionRecord = {
        executionArn: executionArnOf(machine.arn, name),
        stateMachineArn: machine.arn,
        name,
        roleArn: machine.roleArn,
        ...start,
        startDate: Date.now(),
        definition: store.keep(machine.text),
        status: 'RUNNING',
      };
      run(record, [], true);
      countStart(cloud, machine.arn);
      return record;
    },
    abort(record, end) {
      const own = active.get(record.executionArn);
      if (own === undefined) return record;
      own.abort.abort(new Interrupted('stopped'));
      own.journal.append({
        type: 'ExecutionAborted',
        previousEventId: 0,
        timestamp: Date.now(),
        executionAbortedEventDetails: end,
      });
      return finish(own, { status: 'ABORTED', ...end });
    },
    redrive(record, clientToken) {
      const now = Date.now();
      const known = knownRedrive(record, clientToken, now);
      if (known !== undefined) return known;
      const reason = whyNotRedrivable(record, now);
      if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
      const again = redriven(record, { clientToken, now });
      const log = store.log(record.executionArn);
      const entries = redrive(log, { count: again.redriveCount, now });
      store.save(again, entries, log.length);
      run(again, [...log, ...entries]);
      countRedrive(cloud, record.stateMachineArn);
      return now;
    },
    interrupted() {
      const records = store.running().flatMap((arn) => store.find(arn) ?? []);
      return () => {
        for (const record of records)
          if (!active.has(record.executionArn)) run(record, store.log(record.executionArn));
      };
    },
    suspend() {
      suspended = true;
      for (const { abort } of active.values()) abort.abort(new Interrupted('suspended'));
      active.clear();
    },
  };
};
