import { AwsError } from '../cloud.ts';

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly ScheduleExpression?: string;
  /** How long the window is in which a rotation may begin; here it begins at once. */
  readonly Duration?: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const invalid = (message: string) => new AwsError('InvalidParameterException', message);

/** Milliseconds between rotations; undefined where the rules name none. Throws InvalidParameterException. */
export const intervalOf = (rules: RotationRules | undefined): number | undefined => {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules ?? {};
  if (days !== undefined && expression !== undefined) {
    throw invalid("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  if (days !== undefined) {
    if (Number.isInteger(Number(days)) && days >= 1 && days <= 1000) return days * DAY;
    throw invalid('AutomaticallyAfterDays is a number of days from 1 to 1000.');
  }
  if (expression === undefined) return undefined;
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  const interval = Number(count) * (unit === 'day' ? DAY : HOUR);
  // Secrets Manager rotates no more often than every four hours.
  if (interval >= 4 * HOUR && interval <= 999 * DAY) return interval;
  throw invalid(`The schedule expression ${expression} is not valid: rate() of at least 4 hours runs here.`);
};
