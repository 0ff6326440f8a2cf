import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { createActions, type Input } from './actions.ts';
import { applyTemplates } from './from-templates.ts';
import { createGroups } from './groups.ts';
import { route } from './rest.ts';
import { createSchedules } from './schedules.ts';

/** EventBridge Scheduler: the schedules of the templates and those made through its API. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const store = cloud.store('scheduler');
  const groups = createGroups(cloud, store);
  const schedules = createSchedules(cloud, store);
  applyTemplates(cloud, schedules);
  const actions = createActions(cloud, groups, schedules);

  const permissions = (action: string, input: Input) => {
    const isGroup = action.endsWith('ScheduleGroup');
    const isList = action.startsWith('List');
    const { Name = '*', GroupName = 'default' } = input;
    const one = isGroup ? groups.arnOf(Name) : schedules.arnOf({ group: GroupName, name: Name });
    const resource = isList ? '*' : one;
    const own = { action: `scheduler:${action}`, resource };
    const roleArn = input.Target?.RoleArn;
    if (roleArn === undefined) return [own];
    // Who makes a schedule lends it a role, and has to be allowed to.
    const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
    return [own, { action: 'iam:PassRole', resource: roleArn, context }];
  };
  // Not before every module is up: a target may be any of them.
  const resume = setImmediate(() => schedules.resume());
  return {
    api: {
      route,
      permissions,
      async handle(action: string, input: Input) {
        const answer = Object.hasOwn(actions, action) ? actions[action] : undefined;
        if (answer === undefined) throw new AwsError('UnknownOperationException', `scheduler:${action}`, 404);
        return answer(input) ?? {};
      },
    },
    stop: async () => {
      clearImmediate(resume);
      schedules.stop();
    },
  };
};
