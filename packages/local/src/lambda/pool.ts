import { randomBytes, randomUUID } from 'node:crypto';
import type { Invocation, Log } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';
import type { Fleet, Member } from './fleet.ts';
import { measureIdleCores } from './idle-cores.ts';
import { type Instance, startInstance } from './instance.ts';
import type { Answer, Call, ErrorPayload } from './messages.ts';

/** One function's workers: an event goes to an idle one, or to a new one where all stay busy. */
export interface Pool {
  invoke(event: string): Promise<Invocation>;
  /** From the next invocation on, runs the code of this folder. */
  renew(codeFolder: string): void;
  stop(): Promise<void>;
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

export const createPool = (
  definition: FunctionDefinition,
  {
    folder,
    compiledFolder,
    log,
    fleet,
  }: { folder: () => string; compiledFolder: string; log: Log; fleet: Fleet },
): Pool => {
  const instances = new Set<Instance>();
  const idle: { instance: Instance; since: number }[] = [];
  const queue: Waiting[] = [];
  let starting = 0;
  let stopped = false;
  let renewed: string | undefined;
  /** Those with code that was since renewed. */
  const outdated = new WeakSet<Instance>();

  const start = async (): Promise<void> => {
    starting += 1;
    let instance: Instance | undefined;
    try {
      instance = startInstance(definition, {
        folder: renewed ?? folder(),
        compiledFolder,
        onLine: (line) => log.info(definition.label, line),
      });
      instances.add(instance);
      const error = await withTimeout(instance.ready, INIT_TIMEOUT_MS, initTimedOut);
      if (error !== undefined) throw error;
      starting -= 1;
      release(instance);
    } catch (error) {
      starting -= 1;
      if (instance !== undefined) discard(instance);
      queue.shift()?.give(toError(error));
    }
  };

  const release = (instance: Instance): void => {
    const usable = !instance.ended && !outdated.has(instance);
    const next = usable ? queue.shift() : undefined;
    if (!usable) discard(instance);
    else if (next !== undefined) next.give(instance);
    else idle.push({ instance, since: Date.now() });
  };

  const discard = (instance: Instance): void => {
    instances.delete(instance);
    void instance.end();
    if (queue.length > starting) startIfAllowed();
  };

  const startIfAllowed = (): void => {
    if (instances.size >= definition.concurrency || starting >= queue.length) return;
    if (fleet.makeRoom(member)) void start();
  };

  const takeIdle = (): Instance | undefined => {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (!last.instance.ended) return last.instance;
      instances.delete(last.instance);
    }
    return undefined;
  };

  const acquire = (): Instance | Promise<Instance | ErrorPayload> => {
    const instance = takeIdle();
    if (instance !== undefined) return instance;
    return new Promise((give) => {
      queue.push({ since: Date.now(), give });
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
      if (instances.size === 0 || Date.now() - longest.since >= patience) startIfAllowed();
    }, PATIENCE_MS);
  };

  const member: Member = {
    size: () => instances.size,
    idleSince: () => idle[0]?.since,
    endOldestIdle: () => {
      const oldest = idle.shift();
      if (oldest !== undefined) discard(oldest.instance);
    },
  };
  const leave = fleet.join(member);

  const sweep = setInterval(() => {
    const oldest = idle[0];
    if (oldest === undefined || instances.size < 2 || Date.now() - oldest.since < IDLE_MS) return;
    idle.shift();
    discard(oldest.instance);
  }, 5_000).unref();

  const fail = (requestId: string, error: ErrorPayload): Invocation => {
    const errorMessage = withRequest(requestId, error);
    // Calls that are cut off because everything stops are made again at the next start.
    if (!stopped) log.error(definition.label, `${error.errorType}: ${errorMessage}`);
    return { payload: JSON.stringify({ ...error, errorMessage }), functionError: 'Unhandled' };
  };

  const run = async (event: string): Promise<Invocation> => {
    const instance = await acquire();
    if ('errorType' in instance) return fail(randomUUID(), instance);
    const call = describeCall(definition, event);
    const id = call.context.awsRequestId;
    const answer = await withTimeout<Answer>(instance.call(call), definition.timeoutSeconds * 1000, () => ({
      kind: 'failure',
      error: timedOut(definition.timeoutSeconds),
    }));
    // What is still running after a time-out would answer the next event.
    if (answer.kind === 'failure' && answer.error.errorType === TIMED_OUT) discard(instance);
    else release(instance);
    if (answer.kind === 'result') return { payload: answer.payload };
    return fail(id, (answer as { error: ErrorPayload }).error);
  };

  return {
    invoke: run,
    renew: (codeFolder) => {
      renewed = codeFolder;
      for (const instance of instances) outdated.add(instance);
      for (const { instance } of idle.splice(0)) discard(instance);
    },
    stop: async () => {
      stopped = true;
      clearInterval(sweep);
      clearInterval(watch);
      leave();
      for (const { give } of queue.splice(0))
        give({ errorType: 'ServiceException', errorMessage: 'stopped' });
      await Promise.all([...instances].map((instance) => instance.end()));
    },
  };
};

const TIMED_OUT = 'Sandbox.Timedout';

const timedOut = (seconds: number): ErrorPayload => ({
  errorType: TIMED_OUT,
  errorMessage: `Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

const initTimedOut = (): ErrorPayload => ({
  errorType: TIMED_OUT,
  errorMessage: `Error: the code was not loaded after ${(INIT_TIMEOUT_MS / 1000).toFixed(2)} seconds`,
});

/** The runtime's own errors carry the request in their message; the code's don't. */
const withRequest = (requestId: string, { errorType, errorMessage }: ErrorPayload): string =>
  /^(Runtime|Sandbox)\./.test(errorType) && errorMessage.startsWith('Error: ')
    ? `RequestId: ${requestId} ${errorMessage}`
    : errorMessage;

const toError = (thrown: unknown): ErrorPayload => {
  const error = thrown as Partial<ErrorPayload> & Error;
  return error.errorType !== undefined
    ? (error as ErrorPayload)
    : { errorType: 'Runtime.ImportModuleError', errorMessage: error.message, trace: [] };
};

const describeCall = (definition: FunctionDefinition, event: string): Call => ({
  event,
  deadline: Date.now() + definition.timeoutSeconds * 1000,
  traceId: `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`,
  context: {
    functionName: definition.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: definition.arn,
    memoryLimitInMB: String(definition.memoryMegabytes),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName: 'local',
  },
});

const withTimeout = <T>(promise: Promise<T>, milliseconds: number, late: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
