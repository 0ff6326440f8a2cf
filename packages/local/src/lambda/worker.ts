// Runs inside a worker thread: loads a function's bundle and calls its handler, one event at a time.
// It is loaded without the rest of this package, so it imports nothing but its neighbour, Node's modules and types.
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { getPriority, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Call, ErrorPayload, WorkerInput } from './messages.ts';
import { interceptRequests } from './transport.ts';

type Handler = (event: unknown, context: unknown) => unknown;

/** By then the first call is over. */
const KEEP_AFTER_MS = 1_000;

const send = (answer: Answer): void => parentPort?.postMessage(answer);

const toPayload = (thrown: unknown): ErrorPayload => {
  try {
    return thrown instanceof Error
      ? { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] }
      : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
    return { errorType: 'handled', errorMessage, trace: [] };
  }
};

const failure = (name: string, message: string, stack?: string): Error =>
  Object.assign(new Error(message), { name: `Runtime.${name}` }, stack === undefined ? {} : { stack });

const load = async ({ folder, handler }: WorkerInput): Promise<Handler> => {
  const [, module, name = ''] = /^([^.]*)\.(.*)$/.exec(basename(handler)) ?? [];
  if (module === undefined) throw failure('MalformedHandlerName', 'Bad handler');
  const base = join(folder, dirname(handler), module);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (file === undefined) {
    const message = `Error: Cannot find module '${module}'\nRequire stack:\n- /var/runtime/index.mjs`;
    throw failure('ImportModuleError', message);
  }
  const exports = await import(pathToFileURL(file).href).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof SyntaxError) throw failure('UserCodeSyntaxError', String(error), error.stack);
    if (error?.code === 'MODULE_NOT_FOUND') throw failure('ImportModuleError', String(error));
    throw error;
  });
  const found: unknown = find(exports, name) || find(exports.default, name);
  if (!found) throw failure('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw failure('HandlerNotFound', `${handler} is not a function`);
  if (found.length >= 3) throw failure('CallbackHandlerDeprecated', NO_CALLBACKS);
  return found as Handler;
};

const NO_CALLBACKS =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

const find = (exports: unknown, name: string): unknown =>
  name
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      exports,
    );

let current: Call | undefined;

/** A handler's promise may settle when its call is long over. */
const reply = (call: Call, answer: Answer): void => {
  if (call !== current) return;
  current = undefined;
  parentPort?.ref();
  send(answer);
};

const call = async (handler: Handler, request: Call): Promise<void> => {
  const { event, context, remainingMs, traceId } = request;
  current = request;
  // Only what the handler waits for keeps the thread's event loop alive meanwhile.
  parentPort?.unref();
  process.env._X_AMZN_TRACE_ID = traceId;
  const end = performance.now() + remainingMs;
  let answer: Answer;
  try {
    const result = await handler(JSON.parse(event), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(end - performance.now())),
    });
    answer = { kind: 'result', payload: serialize(result) };
  } catch (thrown) {
    answer = { kind: 'failure', error: toPayload(thrown) };
  }
  // As Lambda's runtime does: a rejection that nobody handled comes to light before the answer goes out.
  setImmediate(() => reply(request, answer));
};

const serialize = (result: unknown): string => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw failure('JSONStringifyError', 'Unable to stringify response body');
  }
};

const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

const crash = (error: unknown, code: number): void => {
  send({ kind: 'crash', error: toPayload(error) });
  process.exit(code);
};

const unhandled = (reason: unknown): Error => {
  const message = String(reason);
  const lines = (reason instanceof Error && reason.stack?.split('\n')) || [];
  const frames = lines.filter((line) => line.startsWith('    at '));
  const stack = [`Runtime.UnhandledPromiseRejection: ${message}`, ...frames].join('\n');
  return failure('UnhandledPromiseRejection', message, stack);
};

process.on('beforeExit', () => {
  // Nothing is left that could settle the handler's promise.
  if (current !== undefined)
    reply(current, { kind: 'failure', error: toPayload(failure('NodeJsExit', NEVER_SETTLED)) });
});
process.on('uncaughtException', (error) => crash(error, 129));
process.on('unhandledRejection', (reason) => crash(unhandled(reason), 128));

// On Linux this is the thread's own. What all workers wait for, the endpoint and the engines, goes before them.
setPriority(Math.min(getPriority() + 5, 19));
const input = workerData as WorkerInput;
// The next worker with this code starts sooner and takes 5 MB less. What the first call compiled is kept, too.
enableCompileCache(input.compiledFolder);
interceptRequests(process.env.AWS_ENDPOINT_URL ?? '', input.port);
// Not awaited, so that a worker whose code never finishes loading ends as quietly as Lambda's runtime does.
void load(input).then(
  (handler) => {
    parentPort?.once('message', () => setTimeout(flushCompileCache, KEEP_AFTER_MS).unref());
    parentPort?.on('message', (message: Call) => void call(handler, message));
    send({ kind: 'ready' });
  },
  (error) => send({ kind: 'unusable', error: toPayload(error) }),
);
