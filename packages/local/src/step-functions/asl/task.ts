import type { TaskState } from './definition.ts';
import { assertSize, StateError } from './errors.ts';
import { evaluate, evaluateInteger } from './jsonata.ts';
import { bindings, commit, produce } from './line.ts';
import type { Line, Step } from './run.ts';
import { taskEvents } from './task-events.ts';
import { before } from './time.ts';

const CALLBACK = '.waitForTaskToken';

const timedOut = () => new StateError('States.Timeout');
/** AWS reports a missed heartbeat as States.Timeout; Retry and Catch may name either. */
export const heartbeatMissed = () => new StateError('States.Timeout', undefined, ['States.HeartbeatTimeout']);

const toFailure = (thrown: unknown): StateError => {
  if (thrown instanceof StateError) return thrown;
  if (thrown instanceof Error) return new StateError(thrown.name, thrown.message);
  return new StateError('States.TaskFailed', String(thrown));
};

/** What a task gives back as plain JSON: the same value whether or not it went through a store. */
const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

const limits = async (line: Line, state: TaskState) => {
  const names = bindings(line);
  const seconds = async (field: 'TimeoutSeconds' | 'HeartbeatSeconds') =>
    state[field] === undefined ? undefined : evaluateInteger(state[field], field, names, { min: 1 });
  return {
    timeoutSeconds: await seconds('TimeoutSeconds'),
    heartbeatSeconds: await seconds('HeartbeatSeconds'),
  };
};

/** Runs one attempt at a task. */
export const runTask = async (line: Line, state: TaskState): Promise<Step> => {
  const result = line.frame.submitted ? await awaitCallback(line, state) : await perform(line, state);
  assertSize(state.Resource, result);
  return produce(line, state, { fallback: result, next: state.Next, extra: { result } });
};

const perform = async (line: Line, state: TaskState): Promise<unknown> => {
  const wantsCallback = state.Resource.endsWith(CALLBACK);
  // A token that outlived a crash is used again: the task may already hold it.
  const token = wantsCallback ? (line.frame.token ?? line.run.host.newToken(line.path)) : undefined;
  if (token) line.frame = { ...line.frame, token };
  const payload =
    state.Arguments === undefined
      ? line.frame.input
      : await evaluate(state.Arguments, 'Arguments', bindings(line));
  assertSize(line.frame.state, payload);
  const { timeoutSeconds, heartbeatSeconds } = await limits(line, state);
  const events = taskEvents(line, state.Resource);
  events.scheduled(payload, { timeoutSeconds, heartbeatSeconds });
  const deadline = timeoutSeconds === undefined ? undefined : Date.now() + timeoutSeconds * 1000;
  line.frame = {
    ...line.frame,
    ...(deadline && { deadline }),
    ...(heartbeatSeconds && { heartbeatSeconds }),
  };
  if (token) commit(line);
  const result = await call(line, state, payload);
  if (!token || !line.run.host.awaitCallback) return events.succeeded(result);
  events.submitted(result);
  commit(line, { submitted: true });
  return awaitCallback(line, state);
};

/** Invokes the task; what fails it goes into the history. */
const call = async (line: Line, state: TaskState, payload: unknown): Promise<unknown> => {
  const { host } = line.run;
  const { deadline, heartbeatSeconds } = line.frame;
  const work = host.invoke({ resource: state.Resource, arguments: payload, state: line.frame.state });
  // Nobody can send a heartbeat where there are no callbacks, so the first one is already missed.
  const heartbeat =
    heartbeatSeconds && !host.awaitCallback ? Date.now() + heartbeatSeconds * 1000 : Number.POSITIVE_INFINITY;
  const limit = Math.min(deadline ?? Number.POSITIVE_INFINITY, heartbeat);
  try {
    const result = await before(Number.isFinite(limit) ? limit : undefined, work, line.signal, () =>
      heartbeat < (deadline ?? Number.POSITIVE_INFINITY) ? heartbeatMissed() : timedOut(),
    );
    return plain(result);
  } catch (thrown) {
    line.signal.throwIfAborted();
    throw taskEvents(line, state.Resource).failed(toFailure(thrown));
  }
};

const awaitCallback = async (line: Line, state: TaskState): Promise<unknown> => {
  const { token = '', deadline, heartbeatSeconds } = line.frame;
  const events = taskEvents(line, state.Resource);
  try {
    const callback = line.run.host.awaitCallback?.(token, heartbeatSeconds, line.signal);
    return events.succeeded(await before(deadline, Promise.resolve(callback), line.signal, timedOut));
  } catch (thrown) {
    line.signal.throwIfAborted();
    throw events.failed(toFailure(thrown));
  }
};
