import type { Caller, Cloud, Resource, Store } from '../cloud.ts';
import { createMetrics, type MetricStore } from '../cloudwatch/metrics.ts';

/** An AWS call that the fake cloud was asked to make. */
export interface FakeCall {
  readonly caller: Caller;
  readonly prefix: string;
  readonly action: string;
  readonly input: unknown;
}

/**
 * A store in memory that outlives the modules over it: a second `fakeCloud` on it is a restart.
 *
 * @param written called after every write with what the store holds then: what a crash at that moment would leave
 */
export const memoryStore = (
  given: ReadonlyMap<string, string> = new Map(),
  written: (entries: ReadonlyMap<string, string>) => void = () => {},
): Store => {
  const entries = new Map(given);
  const write = (key: string, value: unknown) => {
    if (value === undefined) entries.delete(key);
    else entries.set(key, JSON.stringify(value));
  };
  return {
    get: <T>(key: string) => (entries.has(key) ? (JSON.parse(entries.get(key) ?? '') as T) : undefined),
    put(key, value) {
      write(key, value ?? null);
      written(entries);
    },
    delete(key) {
      write(key, undefined);
      written(entries);
    },
    batch(writes) {
      for (const { key, value } of writes) write(key, value);
      written(entries);
    },
    list: <T>(prefix = '') =>
      [...entries]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => ({ key, value: JSON.parse(value) as T })),
  };
};

/** A cloud of just these resources, whose calls `answer` answers. */
export const fakeCloud = (
  resources: readonly Partial<Resource>[],
  answer: (call: FakeCall) => unknown,
  store: Store = memoryStore(),
): Cloud & { readonly logged: string[]; readonly metrics: MetricStore } => {
  const whole = resources.map((resource) => ({
    service: 'orders',
    logicalId: 'Some',
    ref: '',
    arn: '',
    ...resource,
  }));
  const logged: string[] = [];
  const log = (label: string, message: string) => void logged.push(`${label}: ${message}`);
  return {
    region: 'us-east-1',
    accountId: '000000000000',
    stage: 'local',
    dataFolder: '/nowhere',
    endpoint: 'http://127.0.0.1:4566',
    log: { info: log, warn: log, error: log },
    logged,
    resources: whole as unknown as readonly Resource[],
    ofType: <P>(type: string) =>
      whole.filter((resource) => resource.type === type) as unknown as readonly Resource<P>[],
    call: async <Output>(caller: Caller, prefix: string, action: string, input: unknown) =>
      (await answer({ caller, prefix, action, input })) as Output,
    answer: async () => ({ status: 500, headers: {}, body: '' }),
    invoke: async () => ({ payload: 'null' }),
    metrics: createMetrics(),
    store: () => store,
  };
};

/** Lets pending work have its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Looks again and again, each time after pending work, until `look` gives something. */
export const until = async <T>(look: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const found = look();
    if (found) return found;
    await turn();
  }
};
