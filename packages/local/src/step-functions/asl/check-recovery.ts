import { checkExpressions } from './check-expressions.ts';
import { checkAssign } from './check-variables.ts';
import {
  checkEnum,
  checkFields,
  checkNumber,
  checkRequired,
  checkType,
  isFilled,
  isObject,
  type Json,
  type Report,
  schema,
} from './checks.ts';

const checkErrorEquals = (names: unknown, place: string, isLast: boolean, report: Report): void => {
  if (names === undefined) return;
  if (!isFilled(names) || names.some((name) => typeof name !== 'string')) {
    schema(report, 'Expected a non-empty array of error names', `${place}/ErrorEquals`);
    return;
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast))
    schema(report, 'States.ALL must stand alone, in the last place', `${place}/ErrorEquals`);
};

const eachOf = (
  list: unknown,
  place: string,
  report: Report,
  check: (part: Json, place: string, isLast: boolean) => void,
): void => {
  if (!checkType(list, 'ARRAY', place, report) || !Array.isArray(list)) return;
  for (const [index, part] of list.entries()) {
    const here = `${place}[${index}]`;
    if (!isObject(part)) schema(report, 'Expected value of type [OBJECT]', here);
    else check(part, here, index === list.length - 1);
  }
};

const RETRIER = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
/** One year and a day: the longest that AWS lets a retrier wait, in seconds. */
const MAX_DELAY = 31_622_400;

export const checkRetry = (retry: unknown, place: string, report: Report): void =>
  eachOf(retry, `${place}/Retry`, report, (retrier, here, isLast) => {
    checkFields(retrier, RETRIER, here, report);
    checkRequired(retrier, ['ErrorEquals'], here, report);
    checkErrorEquals(retrier.ErrorEquals, here, isLast, report);
    checkNumber(retrier.IntervalSeconds, `${here}/IntervalSeconds`, report, { min: 1 });
    checkNumber(retrier.MaxAttempts, `${here}/MaxAttempts`, report);
    checkNumber(retrier.BackoffRate, `${here}/BackoffRate`, report, { min: 1, fraction: true });
    checkNumber(retrier.MaxDelaySeconds, `${here}/MaxDelaySeconds`, report, { min: 1, max: MAX_DELAY });
    checkEnum(retrier.JitterStrategy, ['FULL', 'NONE'], `${here}/JitterStrategy`, report);
  });

const CATCHER = ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'];

export const checkCatch = (catchers: unknown, place: string, report: Report): void =>
  eachOf(catchers, `${place}/Catch`, report, (catcher, here, isLast) => {
    checkFields(catcher, CATCHER, here, report);
    checkRequired(catcher, ['ErrorEquals', 'Next'], here, report);
    checkErrorEquals(catcher.ErrorEquals, here, isLast, report);
    checkAssign(catcher.Assign, `${here}/Assign`, report);
    checkExpressions(catcher.Assign, `${here}/Assign`, { errorOutput: true }, report);
    checkExpressions(catcher.Output, `${here}/Output`, { errorOutput: true }, report);
  });
