import { randomUUID } from 'node:crypto';
import { AwsError, type Cloud, type Store, type Write } from '../cloud.ts';
import { createAlarms } from './alarms.ts';
import type { Definition } from './definition.ts';
import { readExpression } from './expression.ts';
import { createInvocations, type Invocation } from './invocations.ts';

/** When a schedule is due next, and when its target is invoked for it: within its window. */
interface Next {
  readonly due: number;
  readonly at: number;
}

/** A schedule. Times in milliseconds since 1970. */
export interface Schedule {
  readonly group: string;
  readonly name: string;
  readonly definition: Definition;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly clientToken?: string | undefined;
  /** The definition in the template that it comes from. */
  readonly template?: string | undefined;
  readonly next?: Next | undefined;
  /** Deleted after its completion; kept so that its template does not bring it back. */
  readonly isOver?: true;
}

interface Options {
  readonly group: string;
  readonly name: string;
  readonly definition: Definition;
  readonly clientToken?: string | undefined;
  readonly template?: string | undefined;
}

export interface Schedules {
  list(): readonly Schedule[];
  find(group: string, name: string): Schedule | undefined;
  /** By `group/name`, what the template said of each schedule that comes from one, also where it is over. */
  templates(): ReadonlyMap<string, string>;
  /** Creates or replaces. */
  put(options: Options): void;
  delete(group: string, name: string): void;
  arnOf(schedule: Pick<Schedule, 'group' | 'name'>): string;
  /** Goes on with the invocations that were under way. */
  resume(): void;
  stop(): void;
}

const keyOf = ({ group, name }: Pick<Schedule, 'group' | 'name'>): string => `schedule/${group}/${name}`;
const MINUTE = 60_000;

/** The next time that a schedule is due after a moment. */
const nextOf = (definition: Definition, after: number, anchor: number): Next | undefined => {
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, State } = definition;
  const { Mode, MaximumWindowInMinutes = 0 } = definition.FlexibleTimeWindow;
  if (State === 'DISABLED') return undefined;
  const from = Math.max(after, (StartDate ?? 0) - 1);
  const due = readExpression(ScheduleExpression, ScheduleExpressionTimezone)?.next(from, StartDate ?? anchor);
  if (due === undefined || (EndDate !== undefined && due > EndDate)) return undefined;
  const delay = Mode === 'FLEXIBLE' ? Math.floor(Math.random() * MaximumWindowInMinutes * MINUTE) : 0;
  return { due, at: due + delay };
};

/** The first time: a rate without a start begins at once, and what is due once is due even if that was before. */
const firstOf = (definition: Definition, now: number): Next | undefined => {
  const expression = definition.ScheduleExpression;
  const after = expression.startsWith('at(') ? -1 : expression.startsWith('rate(') ? now - 1 : now;
  return nextOf(definition, after, now);
};

/** The schedules, durable, each invoking its target when it is due. */
export const createSchedules = (cloud: Cloud, store: Store): Schedules => {
  const schedules = new Map(store.list<Schedule>('schedule/').map(({ key, value }) => [key, value]));
  const arnOf = ({ group, name }: Pick<Schedule, 'group' | 'name'>) =>
    `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:schedule/${group}/${name}`;

  /** Remembers a schedule, or without one forgets it, and gives the write that makes it so on disk. */
  const change = (key: string, schedule: Schedule | undefined): Write => {
    if (schedule === undefined) schedules.delete(key);
    else schedules.set(key, schedule);
    alarms.set(key, schedule?.isOver ? undefined : schedule?.next?.at);
    return { key, value: schedule };
  };

  const isOverAfter = ({ definition, next }: Schedule): boolean =>
    next === undefined && definition.ActionAfterCompletion === 'DELETE';

  /** A schedule that deletes itself does so when its last invocation has come to an end. */
  const finished = ({ group, name, modifiedAt }: Invocation): Write[] => {
    const key = keyOf({ group, name });
    const schedule = schedules.get(key);
    // One that was replaced meanwhile has invocations of its own to come.
    if (schedule === undefined || schedule.modifiedAt !== modifiedAt || !isOverAfter(schedule)) return [];
    return [change(key, schedule.template === undefined ? undefined : { ...schedule, isOver: true })];
  };
  const invocations = createInvocations({ cloud, store, finished });

  const ring = (key: string): void => {
    const schedule = schedules.get(key);
    if (schedule?.next === undefined) return;
    const { group, name, definition, modifiedAt } = schedule;
    const { due } = schedule.next;
    const invocation: Invocation = {
      scheduleArn: arnOf(schedule),
      group,
      name,
      modifiedAt,
      target: definition.Target,
      scheduledAt: due,
      executionId: randomUUID(),
    };
    // What was missed meanwhile is not made up for, but for this one time.
    const next = nextOf(definition, Math.max(due, Date.now()), modifiedAt);
    // The invocation and the next time are one write, so that no crash repeats or drops it.
    void invocations.add([invocation], [change(key, { ...schedule, next })]);
  };
  const alarms = createAlarms({ log: cloud.log, ring });

  return {
    list: () => [...schedules.values()].filter(({ isOver }) => !isOver),
    find: (group, name) => {
      const schedule = schedules.get(keyOf({ group, name }));
      return schedule?.isOver ? undefined : schedule;
    },
    templates: () =>
      new Map(
        [...schedules.values()].flatMap(({ group, name, template }) =>
          template === undefined ? [] : [[`${group}/${name}`, template] as const],
        ),
      ),
    put: ({ group, name, definition, clientToken, template }) => {
      const now = Date.now();
      const known = schedules.get(keyOf({ group, name }));
      const schedule = {
        group,
        name,
        definition,
        clientToken,
        template,
        createdAt: known?.createdAt ?? now,
        modifiedAt: now,
        next: firstOf(definition, now),
      };
      store.batch([change(keyOf(schedule), schedule)]);
    },
    delete: (group, name) => store.batch([change(keyOf({ group, name }), undefined)]),
    arnOf,
    resume: () => {
      invocations.resume();
      for (const [key, { next, isOver }] of schedules) alarms.set(key, isOver ? undefined : next?.at);
    },
    stop: () => {
      alarms.stop();
      invocations.stop();
    },
  };
};

/** Throws, in AWS's words, where there is no such schedule. */
export const findSchedule = (schedules: Schedules, group: string, name: string): Schedule => {
  const schedule = schedules.find(group, name);
  if (schedule !== undefined) return schedule;
  throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
};
