import { AwsError, type Cloud, type Store } from '../cloud.ts';

export interface Group {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly clientToken?: string | undefined;
  readonly isFromTemplate: boolean;
}

export interface Groups {
  list(): readonly Group[];
  /** Throws ResourceNotFoundException. */
  find(name: string): Group;
  create(name: string, clientToken: string | undefined): Group;
  delete(name: string): void;
  arnOf(name: string): string;
}

const keyOf = (name: string): string => `group/${name}`;
const DEFAULT = 'default';

/** The groups that schedules are in: AWS's default one, those of the templates, and what was created since. */
export const createGroups = (cloud: Cloud, store: Store): Groups => {
  const groups = new Map(store.list<Group>('group/').map(({ value }) => [value.name, value]));
  const put = (group: Group): Group => {
    store.put(keyOf(group.name), group);
    groups.set(group.name, group);
    return group;
  };
  const wanted = new Set([DEFAULT, ...cloud.ofType('AWS::Scheduler::ScheduleGroup').map(({ ref }) => ref)]);
  for (const { name, isFromTemplate } of [...groups.values()])
    if (isFromTemplate && !wanted.has(name)) {
      groups.delete(name);
      store.delete(keyOf(name));
    }
  for (const name of wanted)
    if (!groups.has(name)) put({ name, createdAt: Date.now(), isFromTemplate: true });

  const find = (name: string): Group => {
    const group = groups.get(name);
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  };
  return {
    list: () => [...groups.values()],
    find,
    create: (name, clientToken) => {
      const known = groups.get(name);
      if (known === undefined)
        return put({ name, createdAt: Date.now(), clientToken, isFromTemplate: false });
      if (clientToken !== undefined && known.clientToken === clientToken) return known;
      throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409);
    },
    delete: (name) => {
      find(name);
      if (name === DEFAULT)
        throw new AwsError('ValidationException', 'Cannot delete the default schedule group.');
      groups.delete(name);
      store.delete(keyOf(name));
    },
    arnOf: (name) => `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:schedule-group/${name}`,
  };
};
