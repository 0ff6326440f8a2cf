import { randomUUID } from 'node:crypto';
import { AwsError, type Store, type Write } from '../cloud.ts';
import { StateError } from './asl/errors.ts';
import { heartbeatMissed } from './asl/task.ts';
import { before, realClock } from './asl/time.ts';

/** How a callback ended a task. */
type Answer = { readonly output: unknown } | { readonly error?: string; readonly cause?: string };

interface Waiter {
  settle(answer: Answer): void;
  beat(): void;
}

export interface Callbacks {
  /** Makes an answer durable, and hands it to the task that waits for it. */
  answer(token: string, answer: Answer): void;
  isAnswered(token: string): boolean;
  beat(token: string): void;
  /** Waits for the answer: perhaps it has come already, perhaps before a restart. */
  wait(token: string, heartbeatSeconds: number | undefined, signal: AbortSignal): Promise<unknown>;
  /** The writes that drop the answers that an execution has used. */
  forget(executionArn: string): Write[];
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

/** Calls `missed` so many seconds after the last beat, and begins with one. */
const heartbeats = (seconds: number | undefined, missed: () => void) => {
  let cancel = () => {};
  const beat = () => {
    cancel();
    if (seconds !== undefined) cancel = realClock.at(Date.now() + seconds * 1000, missed);
  };
  beat();
  return { beat, end: () => cancel() };
};

const key = (token: string) => `callback/${token}`;

export const createCallbacks = (store: Store): Callbacks => {
  const waiters = new Map<string, Waiter>();
  const used = new Map<string, string[]>();

  const received = async (token: string, heartbeatSeconds: number | undefined, signal: AbortSignal) => {
    const early = store.get<Answer>(key(token));
    if (early) return early;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { beat, end } = heartbeats(heartbeatSeconds, () => reject(heartbeatMissed()));
    waiters.set(token, { settle: resolve, beat });
    try {
      return await before(realClock, undefined, promise, signal, Error);
    } finally {
      end();
      waiters.delete(token);
    }
  };

  return {
    answer(token, answer) {
      store.put(key(token), answer);
      waiters.get(token)?.settle(answer);
    },
    isAnswered: (token) => store.get(key(token)) !== undefined,
    beat: (token) => waiters.get(token)?.beat(),
    async wait(token, heartbeatSeconds, signal) {
      const { executionArn } = readToken(token);
      used.set(executionArn, [...(used.get(executionArn) ?? []), token]);
      const answer = await received(token, heartbeatSeconds, signal);
      if ('output' in answer) return answer.output;
      throw toError(answer);
    },
    forget(executionArn) {
      const tokens = used.get(executionArn) ?? [];
      used.delete(executionArn);
      return tokens.map((token) => ({ key: key(token) }));
    },
  };
};
