import type { Cloud } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';
import type { Fleet, Member } from './fleet.ts';
import { type Instance, startInstance } from './instance.ts';
import type { MemoryGuard } from './memory-guard.ts';
import type { ErrorPayload } from './messages.ts';
import { createPatience } from './patience.ts';

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
  readonly program: URL;
  readonly answer: Cloud['answer'];
  readonly fleet: Fleet;
  readonly memoryGuard: MemoryGuard;
  readonly inspect: boolean;
  onLine(line: string): void;
  /** Told of an error that ended a worker without any call. */
  onLoss(error: ErrorPayload): void;
}

/** Lambda gives the loading of the code ten seconds. */
const INIT_TIMEOUT_MS = 10_000;
/** How long a worker may idle; the last one of a function stays for as long as there is room. */
const IDLE_MS = 30_000;

const STOPPED: ErrorPayload = { errorType: 'ServiceException', errorMessage: 'stopped' };

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

  const launch = (): Instance | ErrorPayload => {
    try {
      const instance = startInstance(definition, { ...rest, folder: codeFolder(), onLoss: remove });
      instances.add(instance);
      return instance;
    } catch (error) {
      // There is no package, or no memory for a thread.
      const { message } = error as Error;
      return { errorType: 'Runtime.ImportModuleError', errorMessage: message, trace: [] };
    }
  };

  const remove = (instance: Instance, error: ErrorPayload): void => {
    instances.delete(instance);
    const index = idle.findIndex((each) => each.instance === instance);
    if (index >= 0) idle.splice(index, 1);
    onLoss(error);
  };

  const start = async (): Promise<void> => {
    starting += 1;
    const launched = launch();
    const instance = 'errorType' in launched ? undefined : launched;
    const isUsable = instance !== undefined && (await isLoaded(instance, options.inspect));
    starting -= 1;
    if (isUsable) return release(instance);
    const waiting = stopped ? undefined : queue.shift();
    if (instance !== undefined) discard(instance);
    // After a failure Lambda loads the code once more, as part of the invocation and of its time.
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

  const patience = createPatience(() => queue[0]?.since, startIfAllowed);

  const acquire = (): Instance | Promise<Instance | ErrorPayload> => {
    const last = idle.pop();
    if (last !== undefined) return last.instance;
    if (stopped) return Promise.resolve(STOPPED);
    return new Promise((give) => {
      queue.push({ since: performance.now(), give });
      if (instances.size === 0) startIfAllowed();
      patience.watch();
    });
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
      patience.stop();
      leave();
      for (const { give } of queue.splice(0)) give(STOPPED);
      await Promise.all([...instances].map((instance) => instance.end()));
    },
  };
};

/** Whether a new worker's code can be loaded, and in time. Nobody hurries where a debugger may hold it. */
const isLoaded = (instance: Instance, inspect: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = inspect ? undefined : setTimeout(resolve, INIT_TIMEOUT_MS, false);
    void instance.ready.then((error) => {
      clearTimeout(timer);
      resolve(error === undefined);
    });
  });
