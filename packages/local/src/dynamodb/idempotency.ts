import { hash } from 'node:crypto';
import { AwsError } from '../cloud.ts';

/** DynamoDB remembers the token of a transaction for ten minutes. */
const REMEMBERED_MS = 10 * 60_000;
/** And here the newest of them only, for there may be hundreds a second: a client that repeats does so within seconds. */
const MAX_REMEMBERED = 20_000;

interface Remembered {
  /** Of the request, without its token. */
  readonly digest: string;
  readonly at: number;
  isWritten: boolean;
}

/** The idempotency of `TransactWriteItems` under a `ClientRequestToken`. */
export interface Idempotency {
  /**
   * Runs a transaction, or nothing where the same one was written under its token: then the answer is undefined.
   *
   * @param request its text without the token
   * @throws IdempotentParameterMismatchException, TransactionInProgressException
   */
  once<Answer>(
    token: string,
    request: string,
    run: () => Promise<Answer>,
    isWritten: (answer: Answer) => boolean,
  ): Promise<Answer | undefined>;
}

/**
 * In front of the engine, which looks through all tokens that it remembers at each transaction: after a few thousand
 * of them that takes longer than the transaction. No token outlives a stop; nor does a client that might repeat one.
 */
export const createIdempotency = (now: () => number = Date.now): Idempotency => {
  const known = new Map<string, Remembered>();

  const forget = (): void => {
    const oldest = now() - REMEMBERED_MS;
    for (const [token, { at }] of known) {
      if (at >= oldest && known.size <= MAX_REMEMBERED) return;
      known.delete(token);
    }
  };

  return {
    once: async (token, request, run, isWritten) => {
      forget();
      const digest = hash('sha1', request);
      const earlier = known.get(token);
      if (earlier !== undefined) {
        if (earlier.digest !== digest) throw mismatch();
        if (earlier.isWritten) return undefined;
        throw inProgress();
      }
      const remembered: Remembered = { digest, at: now(), isWritten: false };
      known.set(token, remembered);
      try {
        const answer = await run();
        remembered.isWritten = isWritten(answer);
        return answer;
      } finally {
        // A transaction that was called off may be tried again under its token.
        if (!remembered.isWritten) known.delete(token);
      }
    },
  };
};

const mismatch = () =>
  new AwsError(
    'IdempotentParameterMismatchException',
    'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
  );

const inProgress = () =>
  new AwsError(
    'TransactionInProgressException',
    'The transaction with the given request token is already in progress.',
  );
