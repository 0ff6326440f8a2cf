import { compile, expressionIn } from './jsonata.ts';

/** Takes down a problem and where in the definition it is. */
export type Report = (place: string, problem: string) => void;
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isFilled = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0;

export const checkExpressions = (value: unknown, place: string, report: Report): void => {
  const expression = expressionIn(value);
  if (expression !== undefined) {
    try {
      compile(expression);
    } catch (error) {
      report(place, `INVALID_JSONATA_EXPRESSION: ${(error as Error).message}`);
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkExpressions(item, `${place}[${index}]`, report);
  } else if (isObject(value)) {
    // States in branches are looked at on their own, with a language of their own.
    for (const [key, item] of Object.entries(value))
      if (!['States', 'Branches', 'ItemProcessor', 'Iterator'].includes(key))
        checkExpressions(item, `${place}/${key}`, report);
  }
};

export const checkTarget = (target: unknown, place: string, states: Json, report: Report): void => {
  if (typeof target !== 'string' || !(target in states))
    report(place, `MISSING_TRANSITION_TARGET: there is no state ${JSON.stringify(target)}`);
};

export const checkNumber = (value: unknown, place: string, min: number, report: Report): void => {
  if (value !== undefined && (typeof value !== 'number' || value < min))
    report(place, `INVALID_VALUE: must be a number of at least ${min}`);
};

const checkErrorEquals = (names: unknown, place: string, isLast: boolean, report: Report): void => {
  if (!isFilled(names) || names.some((name) => typeof name !== 'string')) {
    report(`${place}/ErrorEquals`, 'SCHEMA_VALIDATION_FAILED: must be an array of error names');
    return;
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast))
    report(
      `${place}/ErrorEquals`,
      'SCHEMA_VALIDATION_FAILED: States.ALL must stand alone, in the last place',
    );
};

export const checkRetry = (retry: unknown, place: string, report: Report): void => {
  if (retry === undefined) return;
  if (!Array.isArray(retry)) {
    report(`${place}/Retry`, 'SCHEMA_VALIDATION_FAILED: must be an array');
    return;
  }
  for (const [index, retrier] of retry.entries()) {
    const here = `${place}/Retry[${index}]`;
    checkErrorEquals(retrier?.ErrorEquals, here, index === retry.length - 1, report);
    checkNumber(retrier?.IntervalSeconds, `${here}/IntervalSeconds`, 1, report);
    checkNumber(retrier?.MaxAttempts, `${here}/MaxAttempts`, 0, report);
    checkNumber(retrier?.BackoffRate, `${here}/BackoffRate`, 1, report);
    checkNumber(retrier?.MaxDelaySeconds, `${here}/MaxDelaySeconds`, 1, report);
    if (![undefined, 'FULL', 'NONE'].includes(retrier?.JitterStrategy))
      report(`${here}/JitterStrategy`, 'INVALID_VALUE: must be FULL or NONE');
  }
};

export const checkCatch = (catchers: unknown, place: string, states: Json, report: Report): void => {
  if (catchers === undefined) return;
  if (!Array.isArray(catchers)) {
    report(`${place}/Catch`, 'SCHEMA_VALIDATION_FAILED: must be an array');
    return;
  }
  for (const [index, catcher] of catchers.entries()) {
    const here = `${place}/Catch[${index}]`;
    checkErrorEquals(catcher?.ErrorEquals, here, index === catchers.length - 1, report);
    checkTarget(catcher?.Next, `${here}/Next`, states, report);
  }
};
