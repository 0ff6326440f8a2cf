import type { States } from './definition.ts';
import { Interrupted, type StateError } from './errors.ts';
import { append, emptyFrame } from './line.ts';
import type { Line } from './run.ts';
import { childSignal } from './time.ts';

/** States that take time, and so can be under way when a sibling's failure ends them. */
const LASTING = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** A line below `parent`: where it stands in the journal, or its beginning. */
export const childLine = (
  parent: Line,
  index: number,
  {
    states,
    input,
    mapItem,
    signal,
    previous,
  }: {
    states: States;
    input: unknown;
    mapItem?: Line['mapItem'];
    signal: AbortSignal;
    previous: number;
  },
): Line => {
  const path = `${parent.path}/${index}`;
  const frame = parent.run.journal.frame(path) ?? emptyFrame(input, parent.frame.variables, previous);
  const item = mapItem ?? parent.mapItem;
  return { run: parent.run, states, path, signal, frame, ...(item && { mapItem: item }) };
};

/** Puts into the history that a line was ended in its state, by its own failure or by a sibling's. */
export const recordAbort = (line: Line, previous: number): void => {
  const type = line.states.States[line.frame.state]?.Type ?? '';
  if (!line.frame.done && LASTING.has(type)) append(line.run, `${type}StateAborted`, previous);
};

/**
 * Runs `work` for 0 … `count` - 1, at most `limit` at once; each but the first ones is told what the work before it
 * gave. The first failure ends the others and is thrown, after `aborted` was told of it.
 */
export const runAll = async <T>(
  parent: Line,
  {
    count,
    limit,
    work,
    aborted,
  }: {
    count: number;
    limit: number;
    work: (index: number, signal: AbortSignal, before: T | undefined) => Promise<T>;
    aborted: (failure: StateError) => void;
  },
): Promise<void> => {
  const siblings = childSignal(parent.signal);
  let next = 0;
  const worker = async () => {
    let before: T | undefined;
    while (next < count && !siblings.signal.aborted) before = await work(next++, siblings.signal, before);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  } catch (thrown) {
    parent.signal.throwIfAborted();
    siblings.abort(new Interrupted('a sibling failed'));
    aborted(thrown as StateError);
    throw thrown;
  } finally {
    siblings.release();
  }
};
