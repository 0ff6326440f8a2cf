import { AwsError } from '../cloud.ts';
import { readToken } from './callbacks.ts';
import { readFailure, readJson, required } from './checks.ts';
import type { Modules } from './find.ts';

interface TaskInput {
  readonly taskToken?: string;
}

/** The other side of a task that waits for its token. */
export const taskActions = ({ executions, callbacks }: Modules) => {
  /** The token, if a task still waits for it. */
  const waiting = (taskToken: string): string => {
    const { executionArn, path } = readToken(taskToken);
    if (executions.frame(executionArn, path)?.token === taskToken && !callbacks.isAnswered(taskToken))
      return taskToken;
    if (executions.find(executionArn) === undefined)
      throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  };

  return {
    SendTaskSuccess({ taskToken, output }: TaskInput & { readonly output?: string }) {
      const token = required('taskToken', taskToken);
      const text = required('output', output);
      const value = readJson(text, { field: 'output', code: 'InvalidOutput', what: 'Invalid Output' });
      callbacks.answer(waiting(token), { output: value });
      return {};
    },
    SendTaskFailure({ taskToken, ...failure }: TaskInput & { error?: string; cause?: string }) {
      const token = required('taskToken', taskToken);
      const answer = readFailure(failure);
      callbacks.answer(waiting(token), answer);
      return {};
    },
    SendTaskHeartbeat({ taskToken }: TaskInput) {
      callbacks.beat(waiting(required('taskToken', taskToken)));
      return {};
    },
  };
};
