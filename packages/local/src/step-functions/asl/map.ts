import { childLine, recordAbort, runAll } from './children.ts';
import type { MapState, States } from './definition.ts';
import { assertSize, StateError } from './errors.ts';
import { evaluate, evaluateArray, evaluateInteger } from './jsonata.ts';
import { append, bindings, commit, emit, emitAside, produce, toStateError } from './line.ts';
import type { Line, RunLine, Step } from './run.ts';

/** AWS runs at most this many iterations of an inline map at once. */
const MAX_CONCURRENCY = 40;

const readSettings = async (line: Line, state: MapState) => {
  const names = bindings(line);
  const integer = async (
    field: 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage',
    max?: number,
  ) =>
    state[field] === undefined ? undefined : evaluateInteger(state[field], field, names, max ? { max } : {});
  const concurrency = (await integer('MaxConcurrency')) || MAX_CONCURRENCY;
  return {
    items: await evaluateArray(state.Items ?? line.frame.input, 'Items', names),
    concurrency: Math.min(concurrency, MAX_CONCURRENCY),
    count: await integer('ToleratedFailureCount'),
    percentage: await integer('ToleratedFailurePercentage', 100),
  };
};

/** Whether so many failed iterations are too many: the stricter of the two limits decides. */
const exceeds = (failed: number, { items, count, percentage }: Awaited<ReturnType<typeof readSettings>>) =>
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
  readonly settings: Awaited<ReturnType<typeof readSettings>>;
  readonly runLine: RunLine;
}

const iterate = async (line: Line, { state, states, settings, runLine }: Job): Promise<unknown[]> => {
  const { items, concurrency, count, percentage } = settings;
  const tolerant = count !== undefined || percentage !== undefined;
  const name = line.frame.state;
  const started = line.frame.startedId ?? 0;
  const running = new Map<number, Line>();
  const outputs = new Map<number, unknown>();
  let failures = 0;
  let failedAt = started;
  let failed: Line | undefined;

  const work = async (index: number, signal: AbortSignal) => {
    const mapItem = { Index: index, Value: items[index] };
    const selector = bindings({ ...line, mapItem });
    const input =
      state.ItemSelector === undefined
        ? items[index]
        : await evaluate(state.ItemSelector, 'ItemSelector', selector);
    const details = { name, index };
    const iteration = childLine(line, index, { states, input, mapItem, signal, previous: started });
    running.set(index, iteration);
    if (iteration.frame.enteredId === 0 && !iteration.frame.done)
      emit(iteration, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
    const before = iteration.frame.done;
    if (before?.failed) return void failures++;
    try {
      outputs.set(index, await runLine(iteration));
      if (before) return;
      emit(iteration, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
      line.frame = { ...line.frame, previous: iteration.frame.previous };
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = toStateError(iteration, thrown);
      failedAt = iteration.frame.previous;
      failed = iteration;
      if (failure.error === 'States.Runtime') throw failure;
      emit(iteration, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
      line.frame = { ...line.frame, previous: iteration.frame.previous };
      failures++;
      if (!tolerant) throw failure;
      if (exceeds(failures, settings)) throw tooManyFailures();
      commit(iteration, { done: { output: null, failed: true } }, true);
    } finally {
      running.delete(index);
    }
  };

  await runAll(line, {
    count: items.length,
    limit: concurrency,
    work,
    aborted: (failure) => {
      line.frame = { ...line.frame, previous: failedAt };
      if (failure.error === 'States.Runtime') return;
      if (failed) recordAbort(failed, failedAt);
      for (const [index, iteration] of running) {
        append(line.run, 'MapIterationAborted', failedAt, {
          mapIterationAbortedEventDetails: { name, index },
        });
        recordAbort(iteration, failedAt);
      }
    },
  });
  return items.flatMap((_, index) => (outputs.has(index) ? [outputs.get(index)] : []));
};
