import { randomUUID } from 'node:crypto';
import type { Cloud, Store } from '../cloud.ts';
import type { StateMachine } from './asl/definition.ts';
import { Interrupted, StateError } from './asl/errors.ts';
import { createJournal } from './asl/journal.ts';
import type { Start } from './executions.ts';
import { launch } from './launch.ts';
import { definitionOf, type Machine } from './machines.ts';
import { countEnd, countStart } from './metrics.ts';
import type { Nested } from './nested.ts';
import type { End, ExecutionRecord } from './record.ts';

/** An EXPRESS execution, which nobody can look at but who waits for it. */
type ExpressRecord = Omit<ExecutionRecord, 'definition'>;

export interface Express {
  start(machine: Machine, start: Start): ExpressRecord;
  /** Runs an execution for a caller who waits. */
  runToEnd(machine: Machine, start: Start): Promise<ExpressRecord>;
  /** What ran when the store was last closed: the returned function begins it anew. */
  interrupted(): () => void;
  suspend(): void;
}

const NOTED = 'express/';

/** AWS's limit, in seconds. */
const MAX_SECONDS = 300;

const limited = new Map<string, StateMachine>();

const limitedDefinition = (text: string): StateMachine => {
  const known = limited.get(text);
  if (known !== undefined) return known;
  const definition = definitionOf(text);
  const TimeoutSeconds = Math.min(definition.TimeoutSeconds ?? MAX_SECONDS, MAX_SECONDS);
  const machine = { ...definition, TimeoutSeconds };
  limited.set(text, machine);
  return machine;
};

interface Options {
  readonly store: Store;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly nested: Nested;
}

/**
 * The executions of EXPRESS state machines. They live in memory. An asynchronous one runs at least once, as on AWS:
 * it is noted while it runs, and one that a crash cut begins anew.
 */
export const createExpress = (cloud: Cloud, { store, machines, nested }: Options): Express => {
  const active = new Set<AbortController>();
  const key = ({ executionArn }: ExpressRecord) => `${NOTED}${executionArn}`;

  const run = async (machine: Machine, record: ExpressRecord): Promise<ExpressRecord> => {
    const abort = new AbortController();
    active.add(abort);
    try {
      const end = await launch(cloud, {
        record,
        machine: limitedDefinition(machine.text),
        journal: createJournal([], () => {}),
        signal: abort.signal,
        nested,
        newToken: () => {
          throw new StateError('States.Runtime', 'An EXPRESS execution waits for no callback');
        },
      }).then<End, End>(
        (outcome) => {
          if (outcome.status === 'SUCCEEDED')
            return { status: outcome.status, output: JSON.stringify(outcome.output) };
          return outcome.status === 'TIMED_OUT' ? { ...outcome, error: 'States.Timeout' } : outcome;
        },
        (thrown) => {
          if (thrown instanceof Interrupted) throw thrown;
          cloud.log.error('states', `${record.name}: ${(thrown as Error).stack}`);
          return { status: 'FAILED', error: 'States.Runtime', cause: String(thrown) };
        },
      );
      const ended = { ...record, ...end, stopDate: Date.now() };
      countEnd(cloud, ended);
      const problem = end.error === undefined ? '' : `: ${end.error} ${end.cause ?? ''}`;
      if (end.status !== 'SUCCEEDED') cloud.log.warn('states', `${record.name} ${end.status}${problem}`);
      return ended;
    } finally {
      active.delete(abort);
    }
  };

  /** Until its end, an execution stands in the store. */
  const runNoted = (machine: Machine, record: ExpressRecord): void => {
    run(machine, record)
      .then(() => store.delete(key(record)))
      .catch((thrown) => {
        // Put down, it begins anew after the next start.
        if (!(thrown instanceof Interrupted)) cloud.log.error('states', String(thrown));
      });
  };

  const begin = (machine: Machine, start: Start): ExpressRecord => {
    countStart(cloud, machine.arn);
    const arn = machine.arn.replace(':stateMachine:', ':express:');
    return {
      executionArn: `${arn}:${start.name}:${randomUUID()}`,
      stateMachineArn: machine.arn,
      roleArn: machine.roleArn,
      ...start,
      startDate: Date.now(),
      status: 'RUNNING',
    };
  };

  return {
    start(machine, start) {
      const record = begin(machine, start);
      store.put(key(record), record);
      runNoted(machine, record);
      return record;
    },
    runToEnd: (machine, start) => run(machine, begin(machine, start)),
    interrupted() {
      const noted = store.list<ExpressRecord>(NOTED);
      return () => {
        for (const { key: entry, value: record } of noted) {
          const machine = machines.get(record.stateMachineArn);
          if (machine === undefined) store.delete(entry);
          else runNoted(machine, record);
        }
      };
    },
    suspend() {
      for (const abort of active) abort.abort(new Interrupted('suspended'));
    },
  };
};
