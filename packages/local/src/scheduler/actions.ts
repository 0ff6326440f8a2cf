import { AwsError, type Cloud } from '../cloud.ts';
import { checkName, invalid, readDefinition } from './definition.ts';
import type { Group, Groups } from './groups.ts';
import { findSchedule, type Schedule, type Schedules } from './schedules.ts';

/** What the actions are asked with; each takes of it what is its own. */
export interface Input {
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

/** The actions of the API, by name. */
export const createActions = (
  cloud: Cloud,
  groups: Groups,
  schedules: Schedules,
): Readonly<Record<string, (input: Input) => unknown>> => {
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
  const describeGroup = ({ name, createdAt }: Group) => ({
    Arn: groups.arnOf(name),
    Name: name,
    State: 'ACTIVE',
    CreationDate: time(createdAt),
    LastModificationDate: time(createdAt),
  });

  return {
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
};
