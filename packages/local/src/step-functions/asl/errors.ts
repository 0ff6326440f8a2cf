/** The cause of every result that is larger than the service limit. */
const tooLarge = (name: string) =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** AWS's limit on the input, output and result of a state, in bytes of UTF-8. */
const MAX_DATA_BYTES = 262_144;

/** A failed state: `error` is the error name that Retry and Catch look at. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** Other names under which the same failure can be retried or caught. */
  readonly aliases: readonly string[];

  constructor(error: string | undefined, reason?: string, aliases: readonly string[] = []) {
    super(`${error ?? 'failed'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
    this.aliases = aliases;
  }
}

/** An expression that failed, before anybody has said in which state. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Thrown through an execution that is put down to be resumed later, or was stopped: it leaves no trace in the history. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export const assertSize = (name: string, value: unknown): void => {
  const text = JSON.stringify(value) ?? '';
  // A character takes three bytes at most, so most values need no second look.
  if (text.length * 3 > MAX_DATA_BYTES && Buffer.byteLength(text) > MAX_DATA_BYTES)
    throw new StateError('States.DataLimitExceeded', tooLarge(name));
};
