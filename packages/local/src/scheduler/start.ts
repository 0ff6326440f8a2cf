import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { checkName, invalid, readDefinition } from './definition.ts';
import { applyTemplates } from './from-templates.ts';
import { createGroups, type Group } from './groups.ts';
import { route } from './rest.ts';
import { createSchedules, findSchedule, type Schedule } from './schedules.ts';

interface Input {
  readonly Name?: string;
  readonly GroupName?: string;
  readonly ClientToken?: string;
  readonly NamePrefix?: string;
  readonly State?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly Target?: { readonly RoleArn?: string };
}

interface Role {
  readonly AssumeRolePolicyDocument?: unknown;
}

const page = <T>(name: string, items: readonly T[], { MaxResults = 100, NextToken = '0' }: Input) => {
  const next = Number(NextToken) + MaxResults;
  return {
    [name]: items.slice(Number(NextToken), next),
    ...(next < items.length && { NextToken: String(next) }),
  };
};

const time = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

const describe = ({ name, group, definition, createdAt, modifiedAt }: Schedule, Arn: string) => ({
  ...definition,
  StartDate: time(definition.StartDate),
  EndDate: time(definition.EndDate),
  Arn,
  Name: name,
  GroupName: group,
  CreationDate: time(createdAt),
  LastModificationDate: time(modifiedAt),
});

/** EventBridge Scheduler: the schedules of the templates and those made through its API. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const store = cloud.store('scheduler');
  const groups = createGroups(cloud, store);
  const schedules = createSchedules(cloud, store);
  applyTemplates(cloud, schedules);
  const roles = new Map(cloud.ofType<Role>('AWS::IAM::Role').map(({ arn, properties }) => [arn, properties]));

  /** Reads what a schedule is to be, and checks what else AWS knows at once: its group and its role. */
  const read = (input: Input) => {
    const name = checkName(input.Name);
    const group = checkName(input.GroupName ?? 'default', 'groupName');
    const definition = readDefinition(input as Record<string, unknown>);
    groups.find(group);
    const trust = JSON.stringify(roles.get(definition.Target.RoleArn)?.AssumeRolePolicyDocument ?? '');
    if (!trust.includes('"scheduler.amazonaws.com"'))
      invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
    return { group, name, definition, clientToken: input.ClientToken };
  };
  const arnOf = ({ GroupName = 'default', Name = '*' }: Input) =>
    schedules.arnOf({ group: GroupName, name: Name });
  const describeGroup = ({ name, createdAt }: Group) => ({
    Arn: groups.arnOf(name),
    Name: name,
    State: 'ACTIVE',
    CreationDate: time(createdAt),
    LastModificationDate: time(createdAt),
  });

  const actions: Readonly<Record<string, (input: Input) => unknown>> = {
    CreateSchedule: (input) => {
      const wanted = read(input);
      const known = schedules.find(wanted.group, wanted.name);
      // The same request again, after an answer that got lost, is no conflict.
      const isRepeated = known?.clientToken !== undefined && known.clientToken === wanted.clientToken;
      if (known !== undefined && !isRepeated)
        throw new AwsError('ConflictException', `Schedule ${wanted.name} already exists.`, 409);
      if (!isRepeated) schedules.put(wanted);
      return { ScheduleArn: schedules.arnOf(wanted) };
    },
    UpdateSchedule: (input) => {
      const wanted = read(input);
      const { template } = findSchedule(schedules, wanted.group, wanted.name);
      schedules.put({ ...wanted, template });
      return { ScheduleArn: schedules.arnOf(wanted) };
    },
    GetSchedule: ({ GroupName = 'default', Name = '' }) => {
      const schedule = findSchedule(schedules, GroupName, Name);
      return describe(schedule, schedules.arnOf(schedule));
    },
    DeleteSchedule: ({ GroupName = 'default', Name = '' }) => {
      findSchedule(schedules, GroupName, Name);
      schedules.delete(GroupName, Name);
    },
    ListSchedules: (input) => {
      const { GroupName, NamePrefix = '', State } = input;
      if (GroupName !== undefined) groups.find(GroupName);
      const found = schedules
        .list()
        .filter(
          ({ group, name, definition }) =>
            group === (GroupName ?? group) &&
            name.startsWith(NamePrefix) &&
            definition.State === (State ?? definition.State),
        )
        .map((schedule) => {
          const { Target, ...described } = describe(schedule, schedules.arnOf(schedule));
          const { Arn, Name, GroupName: group, State: state, CreationDate, LastModificationDate } = described;
          const dates = { CreationDate, LastModificationDate };
          return { Arn, Name, GroupName: group, State: state, ...dates, Target: { Arn: Target.Arn } };
        });
      return page('Schedules', found, input);
    },
    CreateScheduleGroup: ({ Name, ClientToken }) => {
      const group = groups.create(checkName(Name), ClientToken);
      return { ScheduleGroupArn: groups.arnOf(group.name) };
    },
    GetScheduleGroup: ({ Name = '' }) => describeGroup(groups.find(Name)),
    DeleteScheduleGroup: ({ Name = '' }) => {
      groups.delete(Name);
      for (const { group, name } of schedules.list()) if (group === Name) schedules.delete(group, name);
    },
    ListScheduleGroups: (input) => {
      const found = groups.list().filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      return page('ScheduleGroups', found.map(describeGroup), input);
    },
  };

  const permissions = (action: string, input: Input) => {
    const isGroup = action.endsWith('ScheduleGroup');
    const isList = action.startsWith('List');
    const resource = isList ? '*' : isGroup ? groups.arnOf(input.Name ?? '*') : arnOf(input);
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
