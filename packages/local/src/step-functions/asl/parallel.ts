import { childLine, recordAbort, runAll } from './children.ts';
import type { ParallelState } from './definition.ts';
import { assertSize } from './json.ts';
import { evaluate } from './jsonata.ts';
import { commit, emit, emitAside } from './line.ts';
import type { Line, RunLine, Step } from './run.ts';
import { produce, scopeOf } from './scope.ts';

export const runParallel = async (line: Line, state: ParallelState, runLine: RunLine): Promise<Step> => {
  const input =
    state.Arguments === undefined
      ? line.frame.input
      : await evaluate(state.Arguments, 'Arguments', scopeOf(line));
  if (line.frame.startedId === undefined) commit(line, { startedId: emit(line, 'ParallelStateStarted') });
  const previous = line.frame.startedId ?? 0;
  const lines: Line[] = [];
  const result: unknown[] = [];
  let failedAt: number | undefined;
  await runAll<void>(line, {
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
        failedAt ??= signal.aborted ? undefined : branch.frame.previous;
        throw thrown;
      }
    },
    aborted: (failure) => {
      const last = failedAt ?? previous;
      line.frame = { ...line.frame, previous: last };
      if (failure.error === 'States.Runtime') return;
      for (const branch of lines) if (branch) recordAbort(branch, last);
    },
  });
  assertSize(line.frame.state, result);
  emitAside(line, 'ParallelStateSucceeded');
  return produce(line, state, { fallback: result, next: state.Next, extra: { result } });
};
