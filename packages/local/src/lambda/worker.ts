// Runs inside a worker thread: loads a function's bundle and calls its handler, one event at a time.
// It is loaded without the rest of this package, so it imports nothing but its neighbour, Node's modules and types.
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Call, ErrorPayload, WorkerInput } from './messages.ts';
import { interceptRequests } from './transport.ts';

type Handler = (event: unknown, context: unknown) => unknown;

/** By then the first call is over. */
const KEEP_AFTER_MS = 1_000;

const send = (answer: Answer): void => parentPort?.postMessage(answer);

const toPayload = (thrown: unknown): ErrorPayload =>
  types.isNativeError(thrown)
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

const failure = (errorType: string, errorMessage: string): ErrorPayload => ({
  errorType,
  errorMessage,
  trace: [],
});

/**
 * The X-Ray SDK, which Powertools loads in any case, follows every promise through an async hook: for segments that
 * nobody opens here, at a fifth of the time that a function takes. Where tracing is off, its hook stays off too.
 */
const withoutTracingHooks = async <T>(work: () => Promise<T>): Promise<T> => {
  if (process.env.POWERTOOLS_TRACE_ENABLED !== 'false') return work();
  const hooks = process.getBuiltinModule('node:async_hooks');
  const { createHook } = hooks;
  hooks.createHook = () => createHook({});
  try {
    return await work();
  } finally {
    hooks.createHook = createHook;
  }
};

const load = async ({ folder, handler }: WorkerInput): Promise<Handler> => {
  const dot = handler.lastIndexOf('.');
  const base = join(folder, handler.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (file === undefined) {
    throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${handler.slice(0, dot)}'`);
  }
  const exports = await import(pathToFileURL(file).href).catch((error: unknown) => {
    const payload = toPayload(error);
    const type = error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : payload.errorType;
    throw { ...payload, errorType: type };
  });
  const name = handler.slice(dot + 1);
  const found: unknown = exports[name] ?? exports.default?.[name];
  if (found === undefined)
    throw failure('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw failure('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found as Handler;
};

const call = async (handler: Handler, { event, context, deadline, traceId }: Call): Promise<Answer> => {
  process.env._X_AMZN_TRACE_ID = traceId;
  try {
    const result = await handler(JSON.parse(event), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    return { kind: 'result', payload: serialize(result) };
  } catch (thrown) {
    return { kind: 'failure', error: toPayload(thrown) };
  }
};

const serialize = (result: unknown): string => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    const error = new Error('Unable to stringify response body');
    error.name = 'Runtime.MarshalError';
    throw error;
  }
};

// On Linux this is the thread's own. What all workers wait for, the endpoint and the engines, goes before them.
setPriority(Math.min(getPriority() + 5, 19));
const input = workerData as WorkerInput;
// The next worker with this code starts sooner and takes 5 MB less. What the first call compiled is kept, too.
enableCompileCache(input.compiledFolder);
interceptRequests(process.env.AWS_ENDPOINT_URL ?? '', input.port);
try {
  const handler = await withoutTracingHooks(() => load(input));
  parentPort?.once('message', () => setTimeout(flushCompileCache, KEEP_AFTER_MS).unref());
  parentPort?.on('message', (message: Call) => void call(handler, message).then(send));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', error: error as ErrorPayload });
}
