import { createHash } from 'node:crypto';
import type { Store, Write } from '../cloud.ts';
import type { Entry } from './asl/journal.ts';
import { pack, unpack } from './packed-entry.ts';
import type { ExecutionRecord } from './record.ts';

/** Where the executions are kept. */
export interface ExecutionStore {
  find(arn: string): ExecutionRecord | undefined;
  /** All executions of a state machine. */
  list(machineExecutions: string): ExecutionRecord[];
  /** The ARNs of those that have not ended. */
  running(): string[];
  log(arn: string): Entry[];
  definition(key: string): string;
  /** Keeps a definition under a key of its own. */
  keep(definition: string): string;
  /** Writes a record as it is from now on, with entries of its log, from number `from` on: all of it or nothing. */
  save(record: ExecutionRecord, entries: readonly Entry[], from: number, more?: readonly Write[]): void;
  append(arn: string, entry: Entry, number: number): void;
}

const executionKey = (arn: string) => `execution/${arn}`;
/** The executions that have not ended: what goes on after a restart. */
const RUNNING = 'running/';
const logKey = (arn: string) => `log/${arn}/`;
/** Long enough for a history of AWS's longest, so that keys are in the order of the entries. */
const numbered = (number: number) => String(number).padStart(6, '0');

/** Those that have ended, in the order in which they did. */
export const CLOSED = 'closed/';
const closedKey = ({ executionArn, stopDate = 0 }: ExecutionRecord) =>
  `${CLOSED}${String(stopDate).padStart(15, '0')}/${executionArn}`;

/** What is to be deleted where an execution is forgotten; nothing where it has not ended then. */
export const forgetting = (store: Store, closed: string): Write[] => {
  const arn = closed.slice(closed.indexOf('/', CLOSED.length) + 1);
  const record = store.get<ExecutionRecord>(executionKey(arn));
  if (record === undefined || record.stopDate === undefined || closedKey(record) !== closed)
    return [{ key: closed }];
  const log = store.list(logKey(arn)).map(({ key }) => ({ key }));
  return [...log, { key: executionKey(arn) }, { key: closed }];
};

/** Executions in a durable store. */
export const createExecutionStore = (store: Store): ExecutionStore => {
  const definitions = new Map<string, string>();
  const kept = new Map<string, string>();

  return {
    find: (arn) => store.get<ExecutionRecord>(executionKey(arn)),
    list: (machineExecutions) =>
      store.list<ExecutionRecord>(executionKey(machineExecutions)).map(({ value }) => value),
    running: () => store.list(RUNNING).map(({ key }) => key.slice(RUNNING.length)),
    log: (arn) => store.list<Entry>(logKey(arn)).map(({ value }) => unpack(value)),
    definition(key) {
      const text = definitions.get(key) ?? store.get<string>(key) ?? '';
      definitions.set(key, text);
      return text;
    },
    keep(definition) {
      const known = kept.get(definition);
      if (known !== undefined) return known;
      const key = `definition/${createHash('sha256').update(definition).digest('hex')}`;
      if (store.get(key) === undefined) store.put(key, definition);
      kept.set(definition, key);
      return key;
    },
    save(record, entries, from, more = []) {
      const { executionArn, status } = record;
      const key = logKey(executionArn);
      const isRunning = status === 'RUNNING';
      store.batch([
        ...entries.map((entry, index) => ({ key: `${key}${numbered(from + index)}`, value: pack(entry) })),
        { key: executionKey(executionArn), value: record },
        { key: `${RUNNING}${executionArn}`, ...(isRunning && { value: true }) },
        ...(isRunning ? [] : [{ key: closedKey(record), value: true }]),
        ...more,
      ]);
    },
    append: (arn, entry, number) => store.put(`${logKey(arn)}${numbered(number)}`, pack(entry)),
  };
};
