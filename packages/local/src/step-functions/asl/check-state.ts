import { checkExpressions, type Readable } from './check-expressions.ts';
import { checkCatch, checkRetry } from './check-recovery.ts';
import { checkAssign } from './check-variables.ts';
import {
  checkEnum,
  checkFields,
  checkNumber,
  checkOneOf,
  checkRequired,
  checkType,
  isFilled,
  isObject,
  type Json,
  type Report,
  schema,
} from './checks.ts';
import { isExpression } from './expressions.ts';
import { TIMESTAMP } from './flow.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const MOVING = [...COMMON, 'Next', 'End', 'Output', 'Assign'];
const RECOVERABLE = [...MOVING, 'Retry', 'Catch'];

/** Every field that a JSONata state of each type may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...RECOVERABLE, 'Arguments', 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
  Parallel: [...RECOVERABLE, 'Arguments', 'Branches'],
  Map: [
    ...RECOVERABLE,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'Iterator',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
  ],
  Choice: [...COMMON, 'Output', 'Assign', 'Choices', 'Default'],
  Wait: [...MOVING, 'Seconds', 'Timestamp'],
  Pass: MOVING,
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
};

/** What JSONPath has in place of JSONata's fields. */
const JSONPATH = new Set([
  ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'ItemsPath'],
  ...['TimeoutSecondsPath', 'HeartbeatSecondsPath', 'SecondsPath', 'TimestampPath', 'ErrorPath', 'CausePath'],
  ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'],
]);

const languageProblem = (field: string): string =>
  `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`;

/** Fields whose expressions see neither a result nor an error. */
const BEFORE = [
  ...['Arguments', 'Items', 'ItemSelector', 'Seconds', 'Timestamp', 'Error', 'Cause', 'Credentials'],
  ...['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
];

const checkTask = (state: Json, place: string, report: Report): void => {
  checkRequired(state, ['Resource'], place, report);
  checkType(state.Resource, 'STRING', `${place}/Resource`, report);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  checkNumber(TimeoutSeconds, `${place}/TimeoutSeconds`, report, { min: 1, expression: true });
  checkNumber(HeartbeatSeconds, `${place}/HeartbeatSeconds`, report, { min: 1, expression: true });
  if (typeof TimeoutSeconds === 'number' && Number(HeartbeatSeconds) >= TimeoutSeconds)
    schema(report, 'HeartbeatSeconds must be smaller than TimeoutSeconds', `${place}/HeartbeatSeconds`);
};

const checkMap = (state: Json, place: string, report: Report): void => {
  checkOneOf(state, ['ItemProcessor', 'Iterator'], place, report);
  if (state.Iterator === undefined) checkRequired(state, ['ItemProcessor'], place, report);
  const number = { expression: true };
  checkNumber(state.MaxConcurrency, `${place}/MaxConcurrency`, report, {
    ...number,
    max: Number.POSITIVE_INFINITY,
  });
  checkNumber(state.ToleratedFailureCount, `${place}/ToleratedFailureCount`, report, number);
  checkNumber(state.ToleratedFailurePercentage, `${place}/ToleratedFailurePercentage`, report, {
    ...number,
    max: 100,
    fraction: true,
  });
};

const checkWait = (state: Json, place: string, report: Report): void => {
  checkOneOf(state, ['Seconds', 'Timestamp'], place, report);
  const { Seconds, Timestamp } = state;
  if (Seconds === undefined && Timestamp === undefined)
    schema(report, 'needs either Seconds or Timestamp', place);
  checkNumber(Seconds, `${place}/Seconds`, report, { expression: true });
  if (Timestamp === undefined || isExpression(Timestamp)) return;
  if (typeof Timestamp !== 'string' || !TIMESTAMP.test(Timestamp) || Number.isNaN(Date.parse(Timestamp)))
    schema(report, 'String does not match RFC3339 timestamp', `${place}/Timestamp`);
};

const RULE = ['Condition', 'Next', 'Assign', 'Output', 'Comment'];

const checkChoice = (state: Json, place: string, report: Report): void => {
  checkRequired(state, ['Choices'], place, report);
  if (state.Choices !== undefined && !isFilled(state.Choices))
    schema(report, 'Expected a non-empty array', `${place}/Choices`);
  if (!isFilled(state.Choices)) return;
  for (const [index, rule] of state.Choices.entries()) {
    const here = `${place}/Choices[${index}]`;
    if (!isObject(rule)) {
      schema(report, 'Expected value of type [OBJECT]', here);
      continue;
    }
    for (const field of Object.keys(rule))
      if (!RULE.includes(field)) schema(report, languageProblem(field), here);
    checkRequired(rule, ['Condition', 'Next'], here, report);
    const { Condition } = rule;
    if (Condition !== undefined && typeof Condition !== 'boolean' && !isExpression(Condition))
      schema(report, 'Expected a JSONata expression or a boolean', `${here}/Condition`);
    checkAssign(rule.Assign, `${here}/Assign`, report);
    for (const field of ['Condition', 'Assign', 'Output'])
      checkExpressions(rule[field], `${here}/${field}`, {}, report);
  }
};

const checkEnd = (state: Json, place: string, report: Report): void => {
  checkType(state.End, 'BOOLEAN', `${place}/End`, report);
  if (state.Next !== undefined && state.End === true) checkOneOf(state, ['Next', 'End'], place, report);
  if (state.Next === undefined && state.End !== true)
    schema(report, 'needs either Next or "End": true', place);
};

/** Checks one JSONata state, without the states inside it. */
export const checkState = (state: Json, place: string, report: Report): void => {
  checkEnum(state.Type, Object.keys(FIELDS), `${place}/Type`, report);
  checkRequired(state, ['Type'], place, report);
  const fields = FIELDS[String(state.Type)];
  if (!fields) return;
  for (const field of Object.keys(state))
    if (JSONPATH.has(field)) schema(report, languageProblem(field), place);
  checkFields(state, [...fields, ...JSONPATH], place, report);
  checkType(state.Comment, 'STRING', `${place}/Comment`, report);
  checkAssign(state.Assign, `${place}/Assign`, report);
  const result: Readable = { result: ['Task', 'Parallel', 'Map'].includes(String(state.Type)) };
  for (const field of BEFORE) checkExpressions(state[field], `${place}/${field}`, {}, report);
  for (const field of ['Assign', 'Output'])
    checkExpressions(state[field], `${place}/${field}`, result, report);
  if (fields.includes('Retry')) {
    checkRetry(state.Retry, place, report);
    checkCatch(state.Catch, place, report);
  }
  if (fields.includes('Next')) checkEnd(state, place, report);
  if (state.Type === 'Task') checkTask(state, place, report);
  if (state.Type === 'Map') checkMap(state, place, report);
  if (state.Type === 'Wait') checkWait(state, place, report);
  if (state.Type === 'Choice') checkChoice(state, place, report);
  if (state.Type === 'Parallel' && !isFilled(state.Branches))
    schema(report, 'Expected a non-empty array', `${place}/Branches`);
};
