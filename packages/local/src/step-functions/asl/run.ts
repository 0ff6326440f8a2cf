import type { StateMachine, States } from './definition.ts';
import type { Clock } from './time.ts';

/** One event of an execution, as GetExecutionHistory gives it: the details stand under the type's own key. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/**
 * Where one line of states stands: the whole execution, one branch, or one iteration. Everything that is needed to
 * go on from here after a crash.
 */
export interface Frame {
  readonly state: string;
  readonly input: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The last event of this line. */
  readonly previous: number;
  readonly enteredId: number;
  /** What the event of entering the state follows. */
  readonly enteredAfter: number;
  readonly enteredTime: string;
  readonly retryCount: number;
  /** How often each retrier of the state was used. */
  readonly retries: readonly number[];
  /** A wait or a back-off ends then: milliseconds since 1970. */
  readonly resumeAt?: number;
  /** When the task times out: milliseconds since 1970. */
  readonly deadline?: number;
  readonly token?: string;
  /** The token was handed over: from now on only the callback counts. */
  readonly submitted?: boolean;
  readonly heartbeatSeconds?: number;
  /** The Started event of a Parallel or Map under way. */
  readonly startedId?: number;
  /** Set once the line has come to its end; `failed` is an iteration whose failure was tolerated. */
  readonly done?: { readonly output: unknown; readonly failed?: true };
}

/** Keeps what an execution has done so far. A commit makes everything before it durable at once. */
export interface Journal {
  frame(path: string): Frame | undefined;
  last(): HistoryEvent | undefined;
  /** Numbers and buffers an event. */
  append(event: Omit<HistoryEvent, 'id'>): number;
  /** Stores the frame of `path` with all buffered events; `fresh` forgets the lines below it. */
  commit(path: string, frame: Frame, fresh?: boolean): void;
}

export interface TaskCall {
  readonly resource: string;
  readonly arguments: unknown;
  readonly state: string;
  /** Names this attempt in the whole execution: the same one after a crash, another one for a retry. */
  readonly attempt: string;
  /** Notes that the work was handed over, and what came back: for what is waited for afterwards, such as `.sync`. */
  submitted(answer?: unknown): void;
}

/** What an execution needs of the world. */
interface Host {
  /** Does a task's work. Rejects with an error whose `name` is the error name and `message` the cause. */
  invoke(call: TaskCall): Promise<unknown>;
  /** Told of an attempt whose end nobody waits for any more, be it that it took too long or was cut. */
  cancel?(attempt: string): void;
  /** Waits for SendTaskSuccess or SendTaskFailure. Without it, what `invoke` gives is the callback's output. */
  awaitCallback?(token: string, heartbeatSeconds: number | undefined, signal: AbortSignal): Promise<unknown>;
  /** A new token for the line at `path`. */
  newToken(path: string): string;
}

interface Execution {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly roleArn: string;
  /** ISO 8601. */
  readonly startTime: string;
  readonly stateMachineId: string;
  readonly stateMachineName: string;
  readonly region: string;
  readonly redriveCount?: number;
  /** ISO 8601: when it was last redriven. Time limits count from here. */
  readonly redriveTime?: string;
}

export interface Run {
  readonly machine: StateMachine;
  readonly execution: Execution;
  readonly journal: Journal;
  readonly host: Host;
  readonly clock: Clock;
}

/** One line of states as it runs. `frame` moves on; all else stays. */
export interface Line {
  readonly run: Run;
  readonly states: States;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly mapItem?: { readonly Index: number; readonly Value: unknown; readonly Source: 'STATE_DATA' };
  frame: Frame;
}

/** How a state ended. `next` is absent at the end of the line. */
export interface Step {
  readonly output: unknown;
  readonly assigned: Readonly<Record<string, unknown>>;
  readonly next: string | undefined;
}

/** Runs a line to its end and gives its output. */
export type RunLine = (line: Line) => Promise<unknown>;
