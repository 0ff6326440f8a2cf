import { childLine, recordAbort, runAll } from './children.ts';
import type { ParallelState } from './definition.ts';
import { assertSize } from './errors.ts';
import { evaluate } from './jsonata.ts';
import { bindings, commit, emit, emitAside, produce } from './line.ts';
import type { Line, RunLine, Step } from './run.ts';

export const runParallel = async (line: Line, state: ParallelState, runLine: RunLine): Promise<Step> => {
  const input =
    state.Arguments === undefined
      ? line.frame.input
      : await evaluate(state.Arguments, 'Arguments', bindings(line));
  if (line.frame.startedId === undefined) commit(line, { startedId: emit(line, 'ParallelStateStarted') });
  const previous = line.frame.startedId ?? 0;
  const lines: Line[] = [];
  const result: unknown[] = [];
  let failedAt = previous;
  await runAll(line, {
    count: state.Branches.length,
    limit: state.Branches.length,
    work: async (index, signal) => {
      const states = state.Branches[index];
      if (!states) return;
      const branch = childLine(line, index, { states, input, signal, previous });
      lines[index] = branch;
      try {
        result[index] = await runLine(branch);
        line.frame = { ...line.frame, previous: branch.frame.previous };
      } catch (thrown) {
        if (!signal.aborted) failedAt = branch.frame.previous;
        throw thrown;
      }
    },
    aborted: (failure) => {
      line.frame = { ...line.frame, previous: failedAt };
      if (failure.error === 'States.Runtime') return;
      for (const branch of lines) if (branch) recordAbort(branch, failedAt);
    },
  });
  assertSize(line.frame.state, result);
  emitAside(line, 'ParallelStateSucceeded');
  return produce(line, state, { fallback: result, next: state.Next, extra: { result } });
};
