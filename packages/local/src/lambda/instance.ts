import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Cloud } from '../cloud.ts';
import type { FunctionDefinition } from './definition.ts';
import type { Answer, Call, ErrorPayload, PortAnswer, PortRequest, WorkerInput } from './messages.ts';

/** A worker thread with one function's code: Lambda's execution environment. */
export interface Instance {
  /** Settles when the code is loaded; gives the error where it can't be. */
  readonly ready: Promise<ErrorPayload | undefined>;
  /** One call at a time. Fails with the worker where it ends, whatever ended it. */
  call(call: Call): Promise<Answer>;
  readonly ended: boolean;
  end(): Promise<void>;
}

interface Options {
  readonly folder: string;
  /** Where compiled code is kept for the next worker. */
  readonly compiledFolder: string;
  /** The program that each worker runs. */
  readonly program: URL;
  /** Answers the function's calls of the endpoint. */
  readonly answer: Cloud['answer'];
  onLine(line: string): void;
}

export const startInstance = (
  definition: FunctionDefinition,
  { folder, compiledFolder, program, answer, onLine }: Options,
): Instance => {
  const port = openPort(answer);
  const worker = new Worker(program, {
    name: definition.label,
    env: { ...definition.environment, LAMBDA_TASK_ROOT: folder },
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
    const resolve = waiting;
    waiting = undefined;
    resolve?.(answer);
  };
  const crash = (error: ErrorPayload) => {
    ended = true;
    settle({ kind: 'failure', error });
  };
  worker.on('message', settle);
  worker.on('error', (error) => crash(fromCrash(error)));
  worker.on('exit', (code) =>
    crash({
      errorType: 'Runtime.ExitError',
      errorMessage:
        code === 0
          ? 'Runtime exited without providing a reason'
          : `Error: Runtime exited with error: exit status ${code}`,
    }),
  );
  return {
    ready: next().then((answer) =>
      answer.kind === 'unusable' || answer.kind === 'failure' ? answer.error : undefined,
    ),
    call: (call) => {
      const answer = next();
      worker.postMessage(call);
      return answer;
    },
    get ended() {
      return ended;
    },
    end: async () => {
      ended = true;
      await worker.terminate();
    },
  };
};

/** The worker's end of a channel over which the endpoint answers. */
const openPort = (answer: Cloud['answer']): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', async ({ id, method, path: url, headers, body: sent }: PortRequest) => {
    const body =
      typeof sent === 'string'
        ? Buffer.from(sent)
        : Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
    port1.postMessage({ id, ...(await answer({ method, url, headers, body })) } satisfies PortAnswer);
  });
  port1.unref();
  return port2;
};

const fromCrash = (error: unknown): ErrorPayload => {
  const { code, name, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'Error: Runtime exited with error: signal: killed',
    };
  }
  return {
    errorType: name ?? typeof error,
    errorMessage: message ?? String(error),
    trace: stack?.split('\n') ?? [],
  };
};

const forwardLines = (stream: Readable, onLine: (line: string) => void): void => {
  createInterface({ input: stream }).on('line', (line) => {
    if (line.trim() !== '') onLine(line);
  });
};
