import { randomUUID } from 'node:crypto';
import { AwsError, type Store } from '../cloud.ts';
import { StateError } from './asl/errors.ts';
import { heartbeatMissed } from './asl/task.ts';
import { abortable, childSignal, sleepUntil } from './asl/time.ts';

/** How a callback ended a task. */
type Answer = { readonly output: unknown } | { readonly error?: string; readonly cause?: string };

interface Waiter {
  settle(answer: Answer): void;
  lastBeat: number;
}

export interface Callbacks {
  /** Makes an answer durable, and hands it to the task that waits for it. */
  answer(token: string, answer: Answer): void;
  isAnswered(token: string): boolean;
  beat(token: string): void;
  /** Waits for the answer: perhaps it has come already, perhaps before a restart. */
  wait(token: string, heartbeatSeconds: number | undefined, signal: AbortSignal): Promise<unknown>;
  /** Drops the answers that an execution has used. */
  forget(executionArn: string): void;
}

/** A token names the execution and the line in it that waits. */
export const newToken = (executionArn: string, path: string): string =>
  Buffer.from(JSON.stringify([executionArn, path, randomUUID()])).toString('base64url');

export const readToken = (token: unknown): { executionArn: string; path: string } => {
  try {
    const [executionArn, path] = JSON.parse(Buffer.from(String(token), 'base64url').toString());
    if (typeof executionArn === 'string' && typeof path === 'string') return { executionArn, path };
  } catch {
    // Falls through to the refusal: whatever it is, it is no token.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
};

const toError = ({ error, cause }: { error?: string; cause?: string }) => new StateError(error, cause);

const missedHeartbeat = async (
  waiter: Waiter,
  seconds: number | undefined,
  signal: AbortSignal,
): Promise<never> => {
  if (seconds === undefined) return new Promise<never>(() => undefined);
  while (waiter.lastBeat + seconds * 1000 > Date.now())
    await sleepUntil(waiter.lastBeat + seconds * 1000, signal);
  throw heartbeatMissed();
};

const key = (token: string) => `callback/${token}`;

export const createCallbacks = (store: Store): Callbacks => {
  const waiters = new Map<string, Waiter>();
  const used = new Map<string, string[]>();

  const received = async (token: string, heartbeatSeconds: number | undefined, signal: AbortSignal) => {
    const early = store.get<Answer>(key(token));
    if (early) return early;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const waiter = { settle: resolve, lastBeat: Date.now() };
    waiters.set(token, waiter);
    const own = childSignal(signal);
    try {
      return await Promise.race([
        abortable(promise, own.signal),
        missedHeartbeat(waiter, heartbeatSeconds, own.signal),
      ]);
    } finally {
      own.abort(new Error('answered'));
      own.release();
      waiters.delete(token);
    }
  };

  return {
    answer(token, answer) {
      store.put(key(token), answer);
      waiters.get(token)?.settle(answer);
    },
    isAnswered: (token) => store.get(key(token)) !== undefined,
    beat(token) {
      const waiter = waiters.get(token);
      if (waiter) waiter.lastBeat = Date.now();
    },
    async wait(token, heartbeatSeconds, signal) {
      const { executionArn } = readToken(token);
      used.set(executionArn, [...(used.get(executionArn) ?? []), token]);
      const answer = await received(token, heartbeatSeconds, signal);
      if ('output' in answer) return answer.output;
      throw toError(answer);
    },
    forget(executionArn) {
      for (const token of used.get(executionArn) ?? []) store.delete(key(token));
      used.delete(executionArn);
    },
  };
};
