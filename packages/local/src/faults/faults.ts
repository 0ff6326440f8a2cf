import { setTimeout } from 'node:timers/promises';
import type { Api, Cloud, Invocation } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { apiError, failedInvocation } from './errors.ts';
import type { Fault } from './fault.ts';
import { nearest } from './nearest.ts';

/** What fails on purpose; it can be changed while the cloud runs. Without any fault it costs a comparison a call. */
export interface Faults {
  list(): readonly Fault[];
  /** Throws a StartError with the names that may be meant, where no function or API is called so. */
  add(fault: Fault): void;
  /** Ends the faults of a target, or all of them. */
  clear(target?: string): void;
  /** An API whose calls meet the faults of its service and of its action. */
  onApi(prefix: string, api: Api): Api;
  /** An invocation of a function by its full name, which meets that function's faults. */
  onInvocation(functionName: string, invoke: () => Promise<Invocation>): Promise<Invocation>;
}

interface Options {
  readonly cloud: Pick<Cloud, 'ofType' | 'stage' | 'log'>;
  /** Gives a number from 0 to 1, 1 left out. */
  readonly random?: () => number;
}

/** No faults, to begin with, for the functions of the templates and the APIs that are told of. */
export const createFaults = ({ cloud, random = Math.random }: Options): Faults => {
  const functions = new Map(
    cloud
      .ofType('AWS::Lambda::Function')
      .map(({ service, ref }) => [
        ref,
        `${service}.${ref.replace(`emporium-${service}-${cloud.stage}-`, '')}`,
      ]),
  );
  const apis = new Set<string>();
  let faults: readonly Fault[] = [];

  /** The faults, of those with such a target, that happen to this call. */
  const drawn = (...targets: readonly (string | undefined)[]): Fault[] =>
    faults.filter(({ target, rate }) => targets.includes(target) && random() < rate);

  const suffer = async <Result>(
    happening: readonly Fault[],
    label: string,
    work: () => Promise<Result>,
    fail: (error: string | undefined) => Result,
  ): Promise<Result> => {
    for (const { delayMs } of happening) if (delayMs !== undefined) await setTimeout(delayMs);
    const fault = happening.find(({ error, lost, delayMs }) => error || lost || delayMs === undefined);
    if (fault === undefined) return work();
    cloud.log.warn('fault', `${label} fails on purpose${fault.lost ? ', after it took effect' : ''}`);
    if (fault.lost) await work();
    return fail(fault.error);
  };

  return {
    list: () => faults,
    add: (fault) => {
      const { target } = fault;
      const [name = ''] = target.split(':');
      const isFunction = target.includes('.');
      const known = isFunction ? [...functions.values()] : [...apis].sort();
      if (!known.includes(name)) throw new StartError(unknown(target, name, known));
      faults = [...faults, fault];
    },
    clear: (target) => {
      faults = target === undefined ? [] : faults.filter((fault) => fault.target !== target);
    },
    onApi: (prefix, api) => {
      apis.add(prefix);
      const meet = <Result>(action: string, work: () => Promise<Result>): Promise<Result> => {
        const label = `${prefix}:${action}`;
        return suffer(drawn(prefix, label), label, work, (error) => {
          throw apiError(prefix, error);
        });
      };
      const { forward } = api;
      return {
        ...api,
        handle: (action, input, caller) =>
          faults.length === 0
            ? api.handle(action, input, caller)
            : meet(action, () => api.handle(action, input, caller)),
        ...(forward !== undefined && {
          forward: (action, body, input) =>
            faults.length === 0
              ? forward(action, body, input)
              : meet(action, () => forward(action, body, input)),
        }),
      };
    },
    onInvocation: (functionName, invoke) => {
      if (faults.length === 0) return invoke();
      const label = functions.get(functionName);
      return suffer(drawn(label), label ?? functionName, invoke, failedInvocation);
    },
  };
};

const unknown = (target: string, name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${known.join(', ')}`;
  return `--fault ${target}: there is no such ${name.includes('.') ? 'function' : 'API'}. ${hint}`;
};
