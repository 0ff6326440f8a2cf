import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './definition.ts';
import type { Answer, Call, ErrorPayload } from './messages.ts';

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
  onLine(line: string): void;
}

/** Stripped of its types once, here, instead of in every thread: it saves each of them 10 MB and 20 ms. */
const workerUrl = (): URL => {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module');
  const source = readFileSync(new URL('./worker.ts', import.meta.url), 'utf8');
  // The function is marked experimental and warns at its first use; Node uses it for this very file.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return new URL(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(source))}`);
  } finally {
    process.emitWarning = emitWarning;
  }
};

let url: URL | undefined;

export const startInstance = (
  definition: FunctionDefinition,
  { folder, compiledFolder, onLine }: Options,
): Instance => {
  url ??= workerUrl();
  const worker = new Worker(url, {
    name: definition.label,
    env: { ...definition.environment, LAMBDA_TASK_ROOT: folder },
    workerData: { folder, compiledFolder, handler: definition.handler },
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
