import { AsyncLocalStorage } from 'node:async_hooks';

type Context = Record<string, unknown>;
type Work<Result> = (context: Context) => Result;

/** What the X-Ray SDK asks of a namespace of `cls-hooked`. */
interface Namespace {
  readonly active: Context | undefined;
  createContext(): Context;
  enter(context: Context): void;
  exit(context: Context): void;
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  run(work: Work<unknown>): Context;
  runAndReturn<Result>(work: Work<Result>): Result;
  runPromise<Result>(work: Work<Promise<Result>>): Promise<Result>;
  bind<Args extends unknown[], Result>(
    work: (...args: Args) => Result,
    context?: Context,
  ): (...args: Args) => Result;
  bindEmitter(emitter: unknown): void;
}

const namespaces = new Map<string, Namespace>();

/**
 * Stands in for `cls-hooked/context`, which the X-Ray SDK keeps the current segment in, in a function's bundle (by
 * esbuild's `alias`). The original follows every promise through async hooks, at a fifth of a function's time, traced
 * or not; Node's own `AsyncLocalStorage` does the same for next to nothing.
 *
 * @example
 * // esbuild
 * { alias: { 'cls-hooked/context': '@emporium/functions/xray-context' } }
 */
export const createNamespace = (name: string): Namespace => {
  const storage = new AsyncLocalStorage<Context>();
  // What is entered outside of any `run` holds everywhere else: Lambda's own segment, one for the environment.
  const entered: Context[] = [];
  const active = () => storage.getStore() ?? entered.at(-1);
  const createContext = (): Context => Object.create(active() ?? null);
  const namespace: Namespace = {
    get active() {
      return active();
    },
    createContext,
    enter: (context) => void entered.push(context),
    exit: (context) => {
      const at = entered.lastIndexOf(context);
      if (at >= 0) entered.splice(at, 1);
    },
    get: (key) => active()?.[key],
    set: (key, value) => {
      const context = active();
      if (context === undefined) throw new Error('No context available. ns.run() must be called first.');
      context[key] = value;
      return value;
    },
    run: (work) => {
      const context = createContext();
      storage.run(context, work, context);
      return context;
    },
    runAndReturn: (work) => {
      const context = createContext();
      return storage.run(context, work, context);
    },
    runPromise: (work) => {
      const context = createContext();
      return storage.run(context, work, context);
    },
    bind: (work, context = active() ?? createContext()) =>
      function (this: unknown, ...args) {
        return storage.run(context, () => work.apply(this, args));
      },
    // An emitter's listeners run in the context of whoever emits, as Node has it.
    bindEmitter: () => {},
  };
  namespaces.set(name, namespace);
  return namespace;
};

/** The namespace of a name, if there is one. */
export const getNamespace = (name: string): Namespace | undefined => namespaces.get(name);

/** Forgets a namespace. */
export const destroyNamespace = (name: string): void => void namespaces.delete(name);
