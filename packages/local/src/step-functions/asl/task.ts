import type { TaskState } from './definition.ts';
import { StateError } from './errors.ts';
import { assertSize, copyOf, isTooLarge, tooLarge } from './json.ts';
import { evaluate, evaluateNumber, type Scope } from './jsonata.ts';
import { commit } from './line.ts';
import type { Line, Step } from './run.ts';
import { produce, scopeOf } from './scope.ts';
import { type TaskEvents, taskEvents } from './task-events.ts';
import { before } from './time.ts';

const CALLBACK = '.waitForTaskToken';

const timedOut = () => new StateError('States.Timeout');
/** AWS reports a missed heartbeat as States.Timeout; Retry and Catch may name either. */
export const heartbeatMissed = () =>
  new StateError('States.Timeout', undefined, { aliases: ['States.HeartbeatTimeout'] });

const toFailure = (thrown: unknown): StateError => {
  if (thrown instanceof StateError) return thrown;
  // Not `instanceof Error`: a test's errors may come from another realm.
  const { name, message } = Object(thrown) as Partial<Error>;
  if (typeof name === 'string' && typeof message === 'string') return new StateError(name, message);
  return new StateError('States.TaskFailed', String(thrown));
};

const settingsOf = async (state: TaskState, scope: Scope) => {
  const seconds = async (field: 'TimeoutSeconds' | 'HeartbeatSeconds') =>
    state[field] === undefined ? undefined : evaluateNumber(state[field], field, scope, { min: 1 });
  const credentials = (await evaluate(state.Credentials, 'Credentials', scope)) as { RoleArn?: unknown };
  const timeoutSeconds = await seconds('TimeoutSeconds');
  const heartbeatSeconds = await seconds('HeartbeatSeconds');
  return {
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
    ...(typeof credentials?.RoleArn === 'string' && { roleArn: credentials.RoleArn }),
  };
};

/** Runs one attempt at a task. */
export const runTask = async (line: Line, state: TaskState): Promise<Step> => {
  const result = line.frame.submitted ? await awaitCallback(line, state) : await perform(line, state);
  return produce(line, state, { fallback: result, next: state.Next, extra: { result } });
};

const perform = async (line: Line, state: TaskState): Promise<unknown> => {
  const wantsCallback = state.Resource.endsWith(CALLBACK);
  // A token that outlived a crash is used again: the task may already hold it.
  const token = wantsCallback ? (line.frame.token ?? line.run.host.newToken(line.path)) : undefined;
  if (token) line.frame = { ...line.frame, token };
  const scope = scopeOf(line);
  const payload =
    state.Arguments === undefined ? line.frame.input : await evaluate(state.Arguments, 'Arguments', scope);
  assertSize(line.frame.state, payload);
  const settings = await settingsOf(state, scope);
  const events = taskEvents(line, state.Resource);
  events.scheduled(payload, settings);
  const { timeoutSeconds, heartbeatSeconds } = settings;
  line.frame = {
    ...line.frame,
    ...(timeoutSeconds && { deadline: line.run.clock.now() + timeoutSeconds * 1000 }),
    ...(heartbeatSeconds && { heartbeatSeconds }),
  };
  if (token) commit(line);
  const callback = token !== undefined && line.run.host.awaitCallback !== undefined;
  const answer = await settle(line, events, () => invoke(line, state, payload, events));
  if (!callback) return succeed(events, answer);
  events.submitted(answer);
  commit(line, { submitted: true });
  return awaitCallback(line, state);
};

const succeed = (events: TaskEvents, result: unknown): unknown => {
  if (isTooLarge(result)) {
    const failure = new StateError('States.DataLimitExceeded', tooLarge(events.name));
    events.failed(failure);
    throw failure;
  }
  events.succeeded(result);
  return result;
};

/** Waits for work; what fails it goes into the history. */
const settle = async <T>(line: Line, events: TaskEvents, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    line.signal.throwIfAborted();
    const failure = toFailure(thrown);
    events.failed(failure);
    throw failure;
  }
};

const invoke = async (line: Line, state: TaskState, payload: unknown, events: TaskEvents) => {
  const { host, clock } = line.run;
  const { deadline = Number.POSITIVE_INFINITY, heartbeatSeconds } = line.frame;
  const submitted = (answer?: unknown) => {
    if (!line.signal.aborted) events.submitted(answer);
  };
  const attempt = `${line.path}#${line.frame.enteredId}.${line.frame.retryCount}`;
  const work = host.invoke({
    resource: state.Resource,
    arguments: payload,
    state: line.frame.state,
    attempt,
    submitted,
  });
  // Nobody can send a heartbeat where there are no callbacks, so the first one is already missed.
  const beats = heartbeatSeconds !== undefined && expectsHeartbeats(state) && !host.awaitCallback;
  const heartbeat = beats ? clock.now() + heartbeatSeconds * 1000 : Number.POSITIVE_INFINITY;
  const limit = Math.min(deadline, heartbeat);
  const late = () => (heartbeat < deadline ? heartbeatMissed() : timedOut());
  const end = Number.isFinite(limit) ? limit : undefined;
  try {
    return copyOf(await clock.during(() => before(clock, end, work, line.signal, late)));
  } catch (thrown) {
    host.cancel?.(attempt);
    throw thrown;
  }
};

/** AWS itself beats for what it calls; a callback's or an activity's worker has to. */
const expectsHeartbeats = ({ Resource }: TaskState) =>
  Resource.endsWith(CALLBACK) || Resource.includes(':activity:');

const awaitCallback = async (line: Line, state: TaskState): Promise<unknown> => {
  const { host, clock } = line.run;
  const { token = '', deadline, heartbeatSeconds } = line.frame;
  const events = taskEvents(line, state.Resource);
  const result = await settle(line, events, () => {
    const callback = Promise.resolve(host.awaitCallback?.(token, heartbeatSeconds, line.signal));
    return before(clock, deadline, callback, line.signal, timedOut);
  });
  return succeed(events, result);
};
