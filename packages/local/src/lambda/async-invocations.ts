import { randomUUID } from 'node:crypto';
import type { Cloud, Invocation } from '../cloud.ts';

/** Invocations whose caller does not wait: kept until they succeeded or failed for good. */
export interface AsyncInvocations {
  add(functionName: string, event: string, traceHeader?: string): void;
  stop(): Promise<void>;
}

interface Entry {
  readonly functionName: string;
  readonly event: string;
  readonly attempts: number;
  readonly traceHeader?: string | undefined;
}

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Role: string;
  readonly DeadLetterConfig?: { readonly TargetArn: string };
}

/** Lambda tries an event twice more, after one minute and after two; here the waits are seconds. */
const RETRY_DELAYS_MS = [1_000, 2_000];

export const createAsyncInvocations = (
  cloud: Cloud,
  invoke: (functionName: string, event: string, traceHeader?: string) => Promise<Invocation>,
): AsyncInvocations => {
  const store = cloud.store('lambda');
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const attempt = async (key: string): Promise<void> => {
    const entry = store.get<Entry>(key);
    if (entry === undefined || stopped) return;
    const { functionError, payload } = await invoke(entry.functionName, entry.event, entry.traceHeader);
    // What ended because everything ends is tried again at the next start.
    if (stopped) return;
    const delay = RETRY_DELAYS_MS[entry.attempts];
    if (functionError === undefined) store.delete(key);
    else if (delay === undefined) {
      await bury(entry, payload);
      store.delete(key);
    } else {
      store.put(key, { ...entry, attempts: entry.attempts + 1 });
      schedule(key, delay);
    }
  };

  const bury = async ({ functionName, event }: Entry, error: string): Promise<void> => {
    const owner = cloud
      .ofType<FunctionProperties>('AWS::Lambda::Function')
      .find(({ ref }) => ref === functionName)?.properties;
    const target = owner?.DeadLetterConfig?.TargetArn;
    if (target === undefined)
      return cloud.log.error(functionName, `gave up an event after 3 attempts: ${error}`);
    const caller = { kind: 'role', roleArn: owner?.Role ?? '', name: functionName } as const;
    const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/${target.split(':').at(-1)}`;
    await cloud.call(caller, 'sqs', 'SendMessage', { QueueUrl, MessageBody: event });
  };

  const schedule = (key: string, delay: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      attempt(key).catch((error) => cloud.log.error('lambda', String(error)));
    }, delay);
    timers.add(timer);
  };

  for (const { key } of store.list('event/')) schedule(key, 0);
  return {
    add: (functionName, event, traceHeader) => {
      const key = `event/${Date.now()}-${randomUUID()}`;
      store.put(key, { functionName, event, attempts: 0, traceHeader } satisfies Entry);
      schedule(key, 0);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
