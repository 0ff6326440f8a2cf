import { randomUUID } from 'node:crypto';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Cloud } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';
import { exited, outOfMemory } from './failures.ts';
import { forwardLines } from './lines.ts';
import type { MemoryGuard } from './memory-guard.ts';
import type { Answer, Call, ErrorPayload, PortAnswer, PortRequest, WorkerInput } from './messages.ts';

/** A worker thread with one function's code: Lambda's execution environment. */
export interface Instance {
  /** Settles when the code is loaded; gives the error where it can't be. */
  readonly ready: Promise<ErrorPayload | undefined>;
  readonly logStreamName: string;
  /** One call at a time, once the code is loaded. Fails with the worker where it ends, whatever ended it. */
  call(call: Call): Promise<Answer>;
  readonly ended: boolean;
  end(): Promise<void>;
}

export interface InstanceOptions {
  readonly folder: string;
  /** Where compiled code is kept for the next worker. */
  readonly compiledFolder: string;
  /** What each worker runs: it loads the code and calls it. */
  readonly program: URL;
  /** Answers the function's calls of the endpoint. */
  readonly answer: Cloud['answer'];
  readonly memoryGuard: MemoryGuard;
  onLine(line: string): void;
  /** Called where the worker ended while it had nothing to do. */
  onLoss(instance: Instance, error: ErrorPayload): void;
}

/** Such as `2026/01/31/[$LATEST]` and 32 hexadecimal digits. */
const newLogStream = (): string =>
  `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;

export const startInstance = (definition: FunctionDefinition, options: InstanceOptions): Instance => {
  const { folder, compiledFolder, program, answer, memoryGuard, onLine, onLoss } = options;
  const port = openPort(answer);
  const logStreamName = newLogStream();
  const worker = new Worker(program, {
    name: definition.label,
    env: {
      ...definition.environment,
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    },
    workerData: { folder, compiledFolder, handler: definition.handler, port } satisfies WorkerInput,
    transferList: [port],
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    // A small young generation: some thirty workers share the machine. Smaller still would save each of them
    // 2 MB, and cost a tenth of its time.
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes, maxYoungGenerationSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) forwardLines(stream, onLine);

  let waiting: ((answer: Answer) => void) | undefined;
  let ended = false;
  const next = () =>
    new Promise<Answer>((resolve) => {
      waiting = resolve;
    });
  const settle = (answer: Answer) => {
    if (answer.kind === 'unusable' || answer.kind === 'crash') ended = true;
    const resolve = waiting;
    waiting = undefined;
    if (resolve !== undefined) resolve(answer);
    else if (answer.kind === 'crash') onLoss(instance, answer.error);
  };
  const lose = (error: ErrorPayload) => {
    unwatch();
    // Whoever ended it knows, and so does whoever was told of the error that it ended with.
    if (!ended) settle({ kind: 'crash', error });
  };
  const end = async () => {
    ended = true;
    settle({ kind: 'failure', error: exited(1) });
    await worker.terminate();
  };
  const unwatch = memoryGuard.watch(worker, definition.memoryMegabytes, {
    isBusy: () => waiting !== undefined,
    onExceeded: () => {
      lose(outOfMemory);
      void worker.terminate();
    },
  });
  worker.on('message', settle);
  worker.on('error', (error) => lose(fromCrash(error)));
  worker.on('exit', (code) => lose(exited(code)));

  const ready = next().then((answer) => ('error' in answer ? answer.error : undefined));
  const instance: Instance = {
    ready,
    logStreamName,
    call: async (call) => {
      const error = await ready;
      if (error !== undefined) return { kind: 'failure', error };
      const answer = next();
      worker.postMessage(call);
      return answer;
    },
    get ended() {
      return ended;
    },
    end,
  };
  return instance;
};

/** The worker's end of a channel over which the endpoint answers. */
const openPort = (answer: Cloud['answer']): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', async ({ id, method, path: url, headers, body: sent }: PortRequest) => {
    const body =
      typeof sent === 'string'
        ? Buffer.from(sent)
        : Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
    const answered = await answer({ method, url, headers, body });
    const { status } = answered;
    const reply: PortAnswer = { id, status, headers: answered.headers, body: ownBytes(answered.body) };
    port1.postMessage(reply);
  });
  port1.unref();
  return port2;
};

/** A message carries all of the memory that a buffer is a part of: of a socket's 64 KB, for an answer of a few bytes. */
const ownBytes = (body: Buffer | string): Uint8Array | string =>
  typeof body === 'string' || body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body);

const fromCrash = (error: unknown): ErrorPayload => {
  const { code, name, message, stack } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? outOfMemory
    : { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
};
