import { AwsError } from '../cloud.ts';
import { readArn } from './arn.ts';
import type { Callbacks } from './callbacks.ts';
import type { DataKeys } from './data-keys.ts';
import type { Executions } from './executions.ts';
import type { Express } from './express.ts';
import type { Machine } from './machines.ts';
import type { ExecutionRecord } from './record.ts';

/** What the actions work on. */
export interface Modules {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly executions: Executions;
  readonly express: Express;
  readonly callbacks: Callbacks;
  readonly dataKeys: DataKeys;
}

/** The state machine that a request names. A version or alias is none: nothing publishes them here. */
export const findMachine = (
  machines: ReadonlyMap<string, Machine>,
  { stateMachineArn }: { readonly stateMachineArn?: string },
): Machine => {
  const arn = readArn('stateMachineArn', stateMachineArn, 'stateMachine');
  const machine = machines.get(arn);
  if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
};

/** The execution that a request names. */
export const findExecution = (
  executions: Executions,
  { executionArn }: { readonly executionArn?: string },
): ExecutionRecord => {
  const arn = readArn('executionArn', executionArn, 'execution');
  const record = executions.find(arn);
  if (!record) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return record;
};

/** @throws AwsError for a state machine of the other type */
export const assertType = ({ type }: Machine, expected: Machine['type']): void => {
  if (type !== expected)
    throw new AwsError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
};
