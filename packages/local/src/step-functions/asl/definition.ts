/** A string that is either literal or a JSONata expression between `{%` and `%}`. */
type Template = unknown;

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
}

interface ChoiceRule {
  readonly Condition: Template;
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
}

interface Common {
  readonly Next?: string;
  readonly End?: boolean;
  readonly QueryLanguage?: string;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
}

interface Recoverable extends Common {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Arguments?: Template;
}

export interface TaskState extends Recoverable {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: Template;
  readonly HeartbeatSeconds?: Template;
  readonly Credentials?: Template;
}
export interface ParallelState extends Recoverable {
  readonly Type: 'Parallel';
  readonly Branches: readonly States[];
}
export interface MapState extends Recoverable {
  readonly Type: 'Map';
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly ItemProcessor?: States;
  readonly Iterator?: States;
  readonly MaxConcurrency?: Template;
  readonly ToleratedFailureCount?: Template;
  readonly ToleratedFailurePercentage?: Template;
}
export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}
export interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
}
export interface PassState extends Common {
  readonly Type: 'Pass';
}
export interface SucceedState extends Common {
  readonly Type: 'Succeed';
}
export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: Template;
  readonly Cause?: Template;
}

export type RecoverableState = TaskState | ParallelState | MapState;
export type State = RecoverableState | ChoiceState | WaitState | PassState | SucceedState | FailState;

/** A set of states with a beginning: a state machine, a branch, or a map's item processor. */
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachine extends States {
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
}
