import type { FunctionDefinition } from './definition.ts';
import type { Fleet, Member } from './fleet.ts';
import { measureIdleCores } from './idle-cores.ts';
import { type Instance, startInstance } from './instance.ts';
import type { MemoryGuard } from './memory-guard.ts';
import type { ErrorPayload } from './messages.ts';

/** One function's workers: an event goes to an idle one, or to a new one where all stay busy. */
export interface Workers {
  /** A worker that has nothing to do. Its code may still have to be loaded: within the call, after it could not be before. */
  acquire(): Instance | Promise<Instance | ErrorPayload>;
  /** Gives a worker back after its call. */
  release(instance: Instance): void;
  /** Ends a worker in place of giving it back. */
  discard(instance: Instance): void;
  /** From now on no worker with the present code takes a call. */
  renew(): void;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Gives the folder with the function's code. */
  codeFolder(): string;
  readonly compiledFolder: string;
  readonly fleet: Fleet;
  readonly memoryGuard: MemoryGuard;
  readonly inspect: boolean;
  onLine(line: string): void;
  /** Told of an error that ended a worker without any call. */
  onLoss(error: ErrorPayload): void;
}

/**
 * How long an event waits for a busy worker before another is started. To start one takes about this long, and a
 * core meanwhile: started sooner, workers would only slow down the ones that are about to be free.
 */
const PATIENCE_MS = 250;
/** And how long where no core is free to run another: then it would take its time from the one that is awaited. */
const PATIENCE_WHEN_BUSY_MS = 2_000;
/** Lambda gives the loading of the code ten seconds. */
const INIT_TIMEOUT_MS = 10_000;
/** How long a worker may idle; the last one of a function stays for as long as there is room. */
const IDLE_MS = 30_000;

interface Waiting {
  readonly since: number;
  readonly give: (instance: Instance | ErrorPayload) => void;
}

export const createWorkers = (definition: FunctionDefinition, options: WorkerOptions): Workers => {
  const { codeFolder, fleet, onLoss, ...rest } = options;
  const instances = new Set<Instance>();
  /** Workers with code that is no longer the function's. */
  const outdated = new WeakSet<Instance>();
  const idle: { instance: Instance; since: number }[] = [];
  const queue: Waiting[] = [];
  let starting = 0;
  let stopped = false;

  const launch = (): Instance => {
    const instance = startInstance(definition, { ...rest, folder: codeFolder(), onLoss: remove });
    instances.add(instance);
    return instance;
  };

  const remove = (instance: Instance, error: ErrorPayload): void => {
    instances.delete(instance);
    const index = idle.findIndex((each) => each.instance === instance);
    if (index >= 0) idle.splice(index, 1);
    onLoss(error);
  };

  const start = async (): Promise<void> => {
    starting += 1;
    try {
      const instance = launch();
      const failed = await isUnusable(instance, options.inspect);
      starting -= 1;
      if (failed) giveAnother(instance);
      else release(instance);
    } catch (error) {
      // There is no package, or no memory for a thread.
      starting -= 1;
      const { message } = error as Error;
      queue.shift()?.give({ errorType: 'Runtime.ImportModuleError', errorMessage: message, trace: [] });
    }
  };

  /** After a failure Lambda loads the code once more, as part of the invocation and of its time. */
  const giveAnother = (failed: Instance): void => {
    const waiting = stopped ? undefined : queue.shift();
    discard(failed);
    waiting?.give(launch());
  };

  const release = (instance: Instance): void => {
    const usable = !instance.ended && !outdated.has(instance);
    const next = usable ? queue.shift() : undefined;
    if (!usable) discard(instance);
    else if (next !== undefined) next.give(instance);
    else idle.push({ instance, since: performance.now() });
  };

  const discard = (instance: Instance): void => {
    instances.delete(instance);
    void instance.end();
    if (queue.length > starting) startIfAllowed();
  };

  const startIfAllowed = (): void => {
    if (stopped || instances.size >= definition.workers || starting >= queue.length) return;
    if (fleet.makeRoom(member)) void start();
  };

  const acquire = (): Instance | Promise<Instance | ErrorPayload> => {
    const last = idle.pop();
    if (last !== undefined) return last.instance;
    return new Promise((give) => {
      queue.push({ since: performance.now(), give });
      if (instances.size === 0) startIfAllowed();
      watchQueue();
    });
  };

  let watch: NodeJS.Timeout | undefined;
  const watchQueue = (): void => {
    if (watch !== undefined) return;
    const idleCores = measureIdleCores();
    watch = setInterval(() => {
      const [longest] = queue;
      if (longest === undefined) {
        clearInterval(watch);
        watch = undefined;
        return;
      }
      const patience = idleCores() > 0.5 ? PATIENCE_MS : PATIENCE_WHEN_BUSY_MS;
      if (instances.size === 0 || performance.now() - longest.since >= patience) startIfAllowed();
    }, PATIENCE_MS);
  };

  const endOldestIdle = (): void => {
    const oldest = idle.shift();
    if (oldest !== undefined) discard(oldest.instance);
  };
  const member: Member = { size: () => instances.size, idleSince: () => idle[0]?.since, endOldestIdle };
  const leave = fleet.join(member);

  const sweep = setInterval(() => {
    const oldest = idle[0];
    if (oldest === undefined || instances.size < 2 || performance.now() - oldest.since < IDLE_MS) return;
    endOldestIdle();
  }, 5_000).unref();

  return {
    acquire,
    release,
    discard,
    renew: () => {
      for (const instance of instances) outdated.add(instance);
      for (const { instance } of idle.splice(0)) discard(instance);
    },
    stop: async () => {
      stopped = true;
      clearInterval(sweep);
      clearInterval(watch);
      leave();
      const error = { errorType: 'ServiceException', errorMessage: 'stopped' };
      for (const { give } of queue.splice(0)) give(error);
      await Promise.all([...instances].map((instance) => instance.end()));
    },
  };
};

/** Whether a new worker's code can't be loaded, or not in time. Nobody hurries where a debugger may hold it. */
const isUnusable = (instance: Instance, inspect: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = inspect ? undefined : setTimeout(resolve, INIT_TIMEOUT_MS, true);
    void instance.ready.then((error) => {
      clearTimeout(timer);
      resolve(error !== undefined);
    });
  });
