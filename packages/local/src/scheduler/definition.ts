import { AwsError } from '../cloud.ts';
import { readExpression } from './expression.ts';
import { isSupportedTarget, type Target } from './targets.ts';
import { isTimeZone } from './time-zone.ts';

/** A schedule as it is created or updated; a template has the same properties. */
export interface Definition {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly StartDate?: number | undefined;
  readonly EndDate?: number | undefined;
  readonly Description?: string | undefined;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly Target: Target;
  readonly FlexibleTimeWindow: { readonly Mode: string; readonly MaximumWindowInMinutes?: number };
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
}

export const invalid = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** AWS's words for a member that is missing or out of bounds. */
const violates = (member: string, value: unknown, constraint: string): never =>
  invalid(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: ${constraint}`,
  );

/** The name of a schedule or a group. */
export const checkName = (name: unknown, member = 'name'): string => {
  if (typeof name !== 'string') return violates(member, undefined, 'Member must not be null');
  if (name.length > 64) violates(member, name, 'Member must have length less than or equal to 64');
  return /^[0-9a-zA-Z-_.]+$/.test(name)
    ? name
    : violates(member, name, 'Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+');
};

const within = (member: string, value: number | undefined, min: number, max: number): void => {
  if (value === undefined) return;
  if (value < min) violates(member, value, `Member must have value greater than or equal to ${min}`);
  if (value > max) violates(member, value, `Member must have value less than or equal to ${max}`);
};

const oneOf = <T extends string>(member: string, value: unknown, values: readonly T[], otherwise: T): T =>
  value === undefined
    ? otherwise
    : values.includes(value as T)
      ? (value as T)
      : violates(member, value, `Member must satisfy enum value set: [${values.join(', ')}]`);

/** Seconds since 1970 from the API, ISO 8601 from a template. */
const dateOf = (member: string, value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const date = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  return Number.isNaN(date) ? violates(member, value, 'Member must be a timestamp') : date;
};

const checkTarget = (target: Partial<Target> | undefined): Target => {
  if (target === undefined) return violates('target', undefined, 'Member must not be null');
  const { Arn, RoleArn, RetryPolicy = {}, DeadLetterConfig, SqsParameters } = target;
  if (!Arn) return violates('target.arn', undefined, 'Member must not be null');
  if (!RoleArn) return violates('target.roleArn', undefined, 'Member must not be null');
  if (!Arn.startsWith('arn:')) invalid('Provided Arn is not in correct format.');
  if (!isSupportedTarget(Arn)) invalid(`Provided Arn is not supported: ${Arn}.`);
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(RoleArn)) invalid('Provided RoleArn is not in correct format.');
  within('target.retryPolicy.maximumRetryAttempts', RetryPolicy.MaximumRetryAttempts, 0, 185);
  within('target.retryPolicy.maximumEventAgeInSeconds', RetryPolicy.MaximumEventAgeInSeconds, 60, 86_400);
  const kind = Arn.split(':')[2];
  if (kind === 'events' && target.EventBridgeParameters === undefined)
    invalid('EventBridgeParameters must be provided for EventBridge PutEvents target.');
  if (kind === 'sqs' && Arn.endsWith('.fifo') !== (SqsParameters?.MessageGroupId !== undefined))
    invalid('SqsParameters with MessageGroupId must be provided for FIFO queues, and only for them.');
  if (DeadLetterConfig?.Arn?.endsWith('.fifo'))
    invalid('A FIFO queue cannot be the dead-letter queue of a schedule.');
  return { ...target, Arn, RoleArn };
};

/** Reads and completes what CreateSchedule and UpdateSchedule take. Throws ValidationException in AWS's words. */
export const readDefinition = (input: Readonly<Record<string, unknown>>): Definition => {
  const expression = input.ScheduleExpression;
  if (typeof expression !== 'string')
    return violates('scheduleExpression', undefined, 'Member must not be null');
  const zone = (input.ScheduleExpressionTimezone as string | undefined) ?? 'UTC';
  if (!isTimeZone(zone)) invalid(`Invalid Schedule Expression Timezone ${zone}.`);
  if (readExpression(expression, zone) === undefined) invalid(`Invalid Schedule Expression ${expression}.`);
  const window = input.FlexibleTimeWindow as Definition['FlexibleTimeWindow'] | undefined;
  if (window === undefined) return violates('flexibleTimeWindow', undefined, 'Member must not be null');
  const Mode = oneOf('flexibleTimeWindow.mode', window.Mode, ['OFF', 'FLEXIBLE'], 'OFF');
  within('flexibleTimeWindow.maximumWindowInMinutes', window.MaximumWindowInMinutes, 1, 1440);
  if ((Mode === 'FLEXIBLE') !== (window.MaximumWindowInMinutes !== undefined))
    invalid(
      'MaximumWindowInMinutes must be provided with FlexibleTimeWindow mode FLEXIBLE, and only with it.',
    );
  const StartDate = dateOf('startDate', input.StartDate);
  const EndDate = dateOf('endDate', input.EndDate);
  if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate)
    invalid('The EndDate you specify must come after the StartDate.');
  return {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone,
    StartDate,
    EndDate,
    Description: input.Description as string | undefined,
    State: oneOf('state', input.State, ['ENABLED', 'DISABLED'], 'ENABLED'),
    Target: checkTarget(input.Target as Partial<Target> | undefined),
    FlexibleTimeWindow: window,
    ActionAfterCompletion: oneOf(
      'actionAfterCompletion',
      input.ActionAfterCompletion,
      ['NONE', 'DELETE'],
      'NONE',
    ),
  };
};
