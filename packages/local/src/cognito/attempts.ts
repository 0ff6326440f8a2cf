import { AwsError } from '../cloud.ts';

/** Wrong codes within an hour before no more are looked at; Cognito allows 5 to 20, by the risk that it sees. */
const MAX_CODES = 5;
const HOUR_MS = 60 * 60_000;

/** Wrong passwords before a lock of a second, which each further one doubles, up to a quarter of an hour. */
const FREE_PASSWORDS = 5;
const MAX_LOCK_MS = 15 * 60_000;

/** A user name that nobody guesses at any more is forgotten beyond so many. */
const REMEMBERED = 10_000;

interface Failures {
  readonly count: number;
  readonly lockedUntil: number;
  readonly forgottenAt: number;
}

interface Kind {
  /** The errors that are a wrong guess. */
  readonly wrong: readonly string[];
  /** What a guess gets while there may be none. */
  readonly refusal: readonly [code: string, message: string];
  after(failures: Failures | undefined, now: number): Failures;
}

const code: Kind = {
  wrong: ['CodeMismatchException', 'ExpiredCodeException', 'NotAuthorizedException', 'UserNotFoundException'],
  refusal: ['LimitExceededException', 'Attempt limit exceeded, please try after some time.'],
  after: (failures, now) => {
    const { count, forgottenAt } = failures ?? { count: 0, forgottenAt: now + HOUR_MS };
    return { count: count + 1, lockedUntil: count + 1 < MAX_CODES ? 0 : forgottenAt, forgottenAt };
  },
};

const password: Kind = {
  wrong: ['NotAuthorizedException', 'InvalidPasswordException'],
  refusal: ['NotAuthorizedException', 'Password attempts exceeded'],
  after: (failures, now) => {
    const count = failures?.count ?? 0;
    const further = count + 1 - FREE_PASSWORDS;
    const lockedUntil = further < 0 ? now : now + Math.min(1000 * 2 ** further, MAX_LOCK_MS);
    return { count: count + 1, lockedUntil, forgottenAt: lockedUntil + MAX_LOCK_MS };
  },
};

const KINDS: Readonly<Record<string, Kind>> = {
  ConfirmForgotPassword: code,
  ConfirmSignUp: code,
  InitiateAuth: password,
};

/** What Amazon Cognito does about guessing, which cognito-local does not. `now` gives ms since 1970. */
export const createAttempts = (now: () => number = Date.now) => {
  const known = new Map([code, password].map((kind) => [kind, new Map<string, Failures>()] as const));

  const fail = (kind: Kind, failures: Map<string, Failures>, user: string): void => {
    const next = kind.after(failures.get(user), now());
    failures.delete(user);
    failures.set(user, next);
    const [oldest] = failures.keys();
    if (failures.size > REMEMBERED && oldest !== undefined) failures.delete(oldest);
  };

  /** Runs an operation unless too many of its kind have failed for this user. */
  return async <Output>(
    action: string,
    user: string | undefined,
    run: () => Promise<Output>,
  ): Promise<Output> => {
    const kind = KINDS[action];
    const failures = kind && known.get(kind);
    if (!failures || user === undefined) return run();
    const { lockedUntil = 0, forgottenAt = 0 } = failures.get(user) ?? {};
    if (now() < lockedUntil) throw new AwsError(...kind.refusal);
    if (now() >= forgottenAt) failures.delete(user);
    try {
      const output = await run();
      failures.delete(user);
      return output;
    } catch (error) {
      if (kind.wrong.includes((error as { code?: string }).code ?? '')) fail(kind, failures, user);
      throw error;
    }
  };
};
