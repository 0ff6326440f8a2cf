import type { RecoverableState } from './definition.ts';
import type { StateError } from './errors.ts';
import { commit, emit, toStateError } from './line.ts';
import { findCatcher, nextRetry } from './retry.ts';
import type { Frame, Line, Step } from './run.ts';
import { produce } from './scope.ts';
import { sleep } from './time.ts';

/** Runs a state with its Retry and Catch. */
export const recover = async (
  line: Line,
  state: RecoverableState,
  attempt: () => Promise<Step>,
): Promise<Step> => {
  for (;;) {
    await backOff(line);
    try {
      return await attempt();
    } catch (thrown) {
      const failure = toStateError(line, thrown);
      const retry = nextRetry(state.Retry, line.frame.retries, failure);
      if (!retry) return await giveUp(line, state, failure);
      line.frame = withoutAttempt(line.frame);
      const { counts: retries, delay } = retry;
      commit(
        line,
        { retries, retryCount: line.frame.retryCount + 1, resumeAt: line.run.clock.now() + delay },
        true,
      );
    }
  }
};

const backOff = async (line: Line): Promise<void> => {
  const { resumeAt, ...frame } = line.frame;
  if (resumeAt === undefined) return;
  await sleep(line.run.clock, resumeAt, line.signal);
  line.frame = frame;
};

const withoutAttempt = ({
  token,
  submitted,
  deadline,
  heartbeatSeconds,
  startedId,
  ...frame
}: Frame): Frame => frame;

/** A Parallel or Map has an event for having failed; what nothing can catch has none. */
const recordFailure = (line: Line, { Type }: RecoverableState, { error }: StateError): void => {
  if (Type !== 'Task' && error !== 'States.Runtime') emit(line, `${Type}StateFailed`);
};

const giveUp = async (line: Line, state: RecoverableState, failure: StateError): Promise<Step> => {
  const { previous } = line.frame;
  recordFailure(line, state, failure);
  try {
    return await rescue(line, state, failure);
  } catch (thrown) {
    if (thrown === failure) throw failure;
    // A catcher whose own expression fails: AWS records that from before the first failure.
    line.frame = { ...line.frame, previous };
    const second = toStateError(line, thrown);
    recordFailure(line, state, second);
    throw second;
  }
};

const rescue = async (line: Line, state: RecoverableState, failure: StateError): Promise<Step> => {
  const caught = findCatcher(state.Catch, failure);
  if (!caught) throw failure;
  const { catcher, index } = caught;
  const errorOutput = { Error: failure.error ?? '', Cause: failure.reason ?? '' };
  return produce(line, catcher, {
    fallback: errorOutput,
    next: catcher.Next,
    extra: { errorOutput },
    prefix: `Catch[${index}]/`,
  });
};
