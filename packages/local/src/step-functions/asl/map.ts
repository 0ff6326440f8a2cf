import { childLine, recordAbort, runAll } from './children.ts';
import type { MapState, States } from './definition.ts';
import { QueryError, StateError } from './errors.ts';
import { assertSize, text } from './json.ts';
import { evaluate, evaluateItems, evaluateNumber } from './jsonata.ts';
import { append, commit, emit, emitAside, toStateError } from './line.ts';
import type { Line, RunLine, Step } from './run.ts';
import { produce, scopeOf } from './scope.ts';

/** AWS runs at most this many iterations of an inline map at once. */
const MAX_CONCURRENCY = 40;

const itemsOf = (line: Line, state: MapState): unknown[] | Promise<unknown[]> => {
  if (state.Items !== undefined) return evaluateItems(state.Items, 'Items', scopeOf(line));
  const { input } = line.frame;
  if (Array.isArray(input)) return input;
  const problem = `Map state input must be an array but was: ${text(input)}`;
  throw new QueryError(undefined, problem, { beforeEntry: true });
};

const readSettings = async (line: Line, state: MapState) => {
  const scope = scopeOf(line);
  const number = async (
    field: 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage',
    options?: { max: number; fraction: boolean },
  ) => (state[field] === undefined ? undefined : evaluateNumber(state[field], field, scope, options));
  const items = await itemsOf(line, state);
  const concurrency = (await number('MaxConcurrency')) || MAX_CONCURRENCY;
  return {
    items,
    concurrency: Math.min(concurrency, MAX_CONCURRENCY),
    count: await number('ToleratedFailureCount'),
    percentage: await number('ToleratedFailurePercentage', { max: 100, fraction: true }),
  };
};

type Settings = Awaited<ReturnType<typeof readSettings>>;

/** Whether so many failed iterations are too many: the stricter of the two limits decides. */
const exceeds = (failed: number, { items, count, percentage }: Settings) =>
  failed > (count ?? Number.POSITIVE_INFINITY) ||
  (failed / items.length) * 100 > (percentage ?? Number.POSITIVE_INFINITY);

const tooManyFailures = () =>
  new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );

export const runMap = async (line: Line, state: MapState, runLine: RunLine): Promise<Step> => {
  const states = state.ItemProcessor ?? state.Iterator;
  if (!states) throw new StateError('States.Runtime', 'The map has no ItemProcessor');
  const settings = await readSettings(line, state);
  const { items } = settings;
  if (line.frame.startedId === undefined)
    commit(line, {
      startedId: emit(line, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } }),
    });
  const result = await iterate(line, { state, states, settings, runLine });
  assertSize(line.frame.state, result);
  emitAside(line, 'MapStateSucceeded');
  return produce(line, state, { fallback: result, next: state.Next, extra: { result } });
};

interface Job {
  readonly state: MapState;
  readonly states: States;
  readonly settings: Settings;
  readonly runLine: RunLine;
}

const iterate = async (line: Line, { state, states, settings, runLine }: Job): Promise<unknown[]> => {
  const { items, concurrency, count, percentage } = settings;
  const tolerant = count !== undefined || percentage !== undefined;
  const started = line.frame.startedId ?? 0;
  const running = new Map<number, Line>();
  const outputs = new Map<number, unknown>();
  let failures = 0;
  let failed: { index: number; at: number; runtime: boolean } | undefined;

  const details = (type: string, index: number) => ({
    [`mapIteration${type}EventDetails`]: { name: line.frame.state, index },
  });

  /** Starts or resumes an iteration. The next one in its place follows from where this one ended. */
  const begin = async (index: number, signal: AbortSignal, previous: number): Promise<Line> => {
    const mapItem = { Index: index, Value: items[index], Source: 'STATE_DATA' } as const;
    const selector = scopeOf({ ...line, mapItem });
    const input =
      state.ItemSelector === undefined
        ? items[index]
        : await evaluate(state.ItemSelector, 'ItemSelector', selector);
    const iteration = childLine(line, index, { states, input, mapItem, signal, previous });
    running.set(index, iteration);
    if (iteration.frame.enteredId === 0 && !iteration.frame.done)
      emit(iteration, 'MapIterationStarted', details('Started', index));
    return iteration;
  };

  const fail = (iteration: Line, index: number, failure: StateError): void => {
    failures++;
    const runtime = failure.error === 'States.Runtime';
    const at = iteration.frame.previous;
    if (!tolerant || exceeds(failures, settings)) {
      failed ??= { index, at, runtime };
      throw tolerant ? tooManyFailures() : failure;
    }
    // What nothing can catch has no event of its own.
    if (!runtime) line.frame = { ...line.frame, previous: recordFailure(iteration, index) };
    commit(iteration, { done: { output: null, failed: true } }, true);
  };
  const recordFailure = (iteration: Line, index: number) =>
    emit(iteration, 'MapIterationFailed', details('Failed', index));

  const work = async (index: number, signal: AbortSignal, before = started): Promise<number> => {
    const iteration = await begin(index, signal, before);
    const resumed = iteration.frame.done;
    let last = iteration.frame.previous;
    try {
      if (resumed?.failed) failures++;
      else outputs.set(index, await runLine(iteration));
      last = iteration.frame.previous;
      if (resumed) return last;
      emit(iteration, 'MapIterationSucceeded', details('Succeeded', index));
      line.frame = { ...line.frame, previous: iteration.frame.previous };
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = toStateError(iteration, thrown);
      last = iteration.frame.previous;
      fail(iteration, index, failure);
    }
    running.delete(index);
    return last;
  };

  /** In the order of the items: the iteration that failed, and those that its failure cut. */
  const recordEnd = (previous: number): void => {
    for (const [index, iteration] of [...running].sort(([one], [other]) => one - other)) {
      const how = index === failed?.index ? 'Failed' : 'Aborted';
      if (how === 'Failed' && failed?.runtime) continue;
      append(line.run, `MapIteration${how}`, previous, details(how, index));
      recordAbort(iteration, previous);
    }
  };

  await runAll(line, {
    count: items.length,
    limit: concurrency,
    work,
    aborted: (failure) => {
      const previous = failed?.at ?? started;
      line.frame = { ...line.frame, previous };
      if (failure.error !== 'States.Runtime') recordEnd(previous);
    },
  });
  return items.flatMap((_, index) => (outputs.has(index) ? [outputs.get(index)] : []));
};
