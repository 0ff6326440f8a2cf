import { randomUUID } from 'node:crypto';
import type { Cloud, Invocation } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';
import { type Condition, type Outcome, receiversOf, tell } from './destinations.ts';
import { isThrottle } from './failures.ts';
import type { InvocationRequest } from './pool.ts';

/** Invocations whose caller does not wait: kept until they succeeded or failed for good. */
export interface AsyncInvocations {
  add(functionName: string, request: InvocationRequest): void;
  stop(): Promise<void>;
}

/** As it is kept. */
interface Entry extends InvocationRequest {
  readonly functionName: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  readonly attempts: number;
  /** Set as soon as only the receivers of the outcome are left to be told. */
  readonly outcome?: Outcome;
}

/** An entry with what counts in this run only. */
interface Pending {
  readonly key: string;
  readonly entry: Entry;
  /** When it was accepted, by `performance.now()`: the machine's clock may jump. */
  readonly since: number;
  readonly throttles: number;
}

interface Options {
  /** By function name. */
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  invoke(functionName: string, request: InvocationRequest): Promise<Invocation>;
}

/** Lambda tries an event twice more, after one minute and after two; here the waits are seconds. */
const RETRY_DELAYS_MS = [1_000, 2_000];

/** The services that a function calls start after this one. */
const RESUME_AFTER_MS = 1_000;

/** After a throttle Lambda waits from one second on, doubling to five minutes. */
const throttleDelay = (throttles: number): number => Math.min(1_000 * 2 ** throttles, 300_000);

export const createAsyncInvocations = (cloud: Cloud, { functions, invoke }: Options): AsyncInvocations => {
  const store = cloud.store('lambda');
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const count = (FunctionName: string, name: string): void =>
    cloud.metrics.put({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName }, value: 1 });

  const attempt = async (pending: Pending): Promise<void> => {
    const { key, entry } = pending;
    const definition = functions.get(entry.functionName);
    // The function is in no template any more.
    if (definition === undefined) return store.delete(key);
    if (entry.outcome !== undefined) return finish(pending, definition, entry.outcome.condition);
    try {
      const invocation = await invoke(entry.functionName, entry);
      // What ended because everything ends is tried again at the next start.
      if (!stopped) await settle(pending, definition, invocation);
    } catch (error) {
      if (!isThrottle(error)) throw error;
      if (definition.reserved === 0) return finish(pending, definition, 'ZeroReservedConcurrency');
      retry({ ...pending, throttles: pending.throttles + 1 }, definition, throttleDelay(pending.throttles));
    }
  };

  const settle = async (
    pending: Pending,
    definition: FunctionDefinition,
    invocation: Invocation,
  ): Promise<void> => {
    const { key, entry } = pending;
    const after = { ...pending, entry: { ...entry, attempts: entry.attempts + 1 } };
    if (invocation.functionError === undefined) return finish(after, definition, 'Success', invocation);
    const delay = RETRY_DELAYS_MS[entry.attempts];
    if (delay === undefined || entry.attempts >= definition.asynchronous.maximumRetryAttempts)
      return finish(after, definition, 'RetriesExhausted', invocation);
    store.put(key, after.entry);
    retry(after, definition, delay, invocation);
  };

  /** Unless the event would be too old by then. */
  const retry = (
    pending: Pending,
    definition: FunctionDefinition,
    delay: number,
    invocation?: Invocation,
  ): void => {
    const age = performance.now() + delay - pending.since;
    if (age <= definition.asynchronous.maximumEventAgeSeconds * 1000) schedule(pending, delay);
    else void guarded(finish(pending, definition, 'EventAgeExceeded', invocation));
  };

  const finish = async (
    { key, entry }: Pending,
    definition: FunctionDefinition,
    condition: Condition,
    invocation = entry.outcome?.invocation,
  ): Promise<void> => {
    const outcome = { condition, invocation };
    if (receiversOf(definition, outcome).length > 0) {
      // The function is not run again for a receiver that a crash kept from being told.
      if (entry.outcome === undefined) store.put(key, { ...entry, outcome } satisfies Entry);
      await tell(cloud, definition, { ...entry, outcome });
      if (stopped) return;
    } else if (condition !== 'Success') {
      const { requestId, attempts } = entry;
      cloud.log.error(
        definition.label,
        `gave up event ${requestId} after ${attempts} attempts: ${condition}`,
      );
    }
    if (condition !== 'Success') count(definition.name, 'AsyncEventsDropped');
    store.delete(key);
  };

  const guarded = (work: Promise<void>): Promise<void> =>
    work.catch((error) => {
      if (!stopped) cloud.log.error('lambda', String(error));
    });

  const schedule = (pending: Pending, delay: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) void guarded(attempt(pending));
    }, delay);
    timers.add(timer);
  };

  for (const { key, value: entry } of store.list<Entry>('event/')) {
    const since = performance.now() - Math.max(0, Date.now() - entry.acceptedAt);
    schedule({ key, entry, since, throttles: 0 }, RESUME_AFTER_MS);
  }
  return {
    add: (functionName, request) => {
      const acceptedAt = Date.now();
      const key = `event/${acceptedAt}-${randomUUID()}`;
      const entry: Entry = { ...request, functionName, acceptedAt, attempts: 0 };
      store.put(key, entry);
      count(functionName, 'AsyncEventsReceived');
      schedule({ key, entry, since: performance.now(), throttles: 0 }, 0);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
