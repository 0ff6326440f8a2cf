/** A failed state: `error` is the error name that Retry and Catch look at. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** Other names under which the same failure can be retried or caught. */
  readonly aliases: readonly string[];
  /** Matched by its own name alone, never by a wildcard. */
  readonly terminal: boolean;

  constructor(
    error: string | undefined,
    reason?: string,
    { aliases = [], terminal = false }: { aliases?: readonly string[]; terminal?: boolean } = {},
  ) {
    super(`${error ?? 'failed'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
    this.aliases = aliases;
    this.terminal = terminal;
  }
}

/** An expression that failed, before anybody has said in which state. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** The field at fault; a state's input is none. */
  readonly field: string | undefined;
  /** AWS finds some faults before it counts the state as entered: their event follows the one before that. */
  readonly beforeEntry: boolean;

  constructor(field: string | undefined, message: string, { beforeEntry = false } = {}) {
    super(message);
    this.field = field;
    this.beforeEntry = beforeEntry;
  }
}

/** Thrown through an execution that is put down to be resumed later, or was stopped: it leaves no trace in the history. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
