import { type Expression, readExpression } from '../scheduler/expression.ts';

/** Rules know `rate` and `cron` in UTC, and are strict about the plural. Throws for what PutRule would refuse. */
export const readRuleSchedule = (schedule: string): Expression => {
  const expression = readExpression(schedule);
  const isMisspelt = /^rate\((?:1 \w+s|(?!1 )\d+ \w+(?<!s))\)$/.test(schedule);
  if (expression === undefined || expression.kind === 'at' || isMisspelt)
    throw new Error('Parameter ScheduleExpression is not valid.');
  return expression;
};
