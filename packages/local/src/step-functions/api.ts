import { type Api, AwsError, type Permission } from '../cloud.ts';
import { machineArnOf } from './arn.ts';
import { readToken } from './callbacks.ts';
import { executionActions } from './execution-actions.ts';
import type { Modules } from './find.ts';
import { machineActions } from './machine-actions.ts';
import { startActions } from './start-actions.ts';
import { taskActions } from './task-actions.ts';

interface Subject {
  readonly executionArn?: string;
  readonly stateMachineArn?: string;
  readonly taskToken?: string;
}

/** A callback is allowed on the state machine whose task it ends; a token that is none is refused as such. */
const tokenPermissions = (action: string, { taskToken }: Subject): Permission[] => {
  try {
    return [{ action: `states:${action}`, resource: machineArnOf(readToken(taskToken).executionArn) }];
  } catch {
    return [];
  }
};

export const createApi = (modules: Modules): Api => {
  const actions: Record<string, (input: never) => unknown> = {
    ...startActions(modules),
    ...executionActions(modules),
    ...machineActions(modules),
    ...taskActions(modules),
  };
  return {
    permissions: (action: string, input: Subject) =>
      action.startsWith('SendTask')
        ? tokenPermissions(action, input)
        : [{ action: `states:${action}`, resource: input.executionArn ?? input.stateMachineArn ?? '*' }],
    async handle(action: string, input: never) {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!run) throw new AwsError('UnknownOperationException', `states:${action} is not known here`, 404);
      return run(input);
    },
  };
};
