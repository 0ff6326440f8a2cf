import {
  checkCatch,
  checkExpressions,
  checkNumber,
  checkRetry,
  checkTarget,
  isFilled,
  isObject,
  type Json,
  type Report,
} from './checks.ts';
import type { State, StateMachine, States } from './definition.ts';
import { expressionIn } from './jsonata.ts';

/** Thrown for a definition that Step Functions would not create. */
class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid State Machine Definition: ${problems.map((problem) => `'${problem}'`).join(', ')}`);
    this.problems = problems;
  }
}

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const MOVING = [...COMMON, 'Next', 'End', 'Output', 'Assign'];
const RECOVERABLE = [...MOVING, 'Arguments', 'Retry', 'Catch'];

/** Every field that a JSONata state of each type may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...RECOVERABLE, 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
  Parallel: [...RECOVERABLE, 'Branches'],
  Map: [
    ...RECOVERABLE.filter((field) => field !== 'Arguments'),
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'Iterator',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
  ],
  Choice: [...COMMON, 'Output', 'Assign', 'Choices', 'Default'],
  Wait: [...MOVING, 'Seconds', 'Timestamp'],
  Pass: MOVING,
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
};

const checkTransition = (state: Json, place: string, states: Json, report: Report): void => {
  if ((state.Next === undefined) === (state.End !== true)) {
    report(place, 'SCHEMA_VALIDATION_FAILED: needs either Next or "End": true');
    return;
  }
  if (state.Next !== undefined) checkTarget(state.Next, `${place}/Next`, states, report);
};

const checkChoice = (state: Json, place: string, states: Json, report: Report): void => {
  if (!isFilled(state.Choices)) {
    report(`${place}/Choices`, 'SCHEMA_VALIDATION_FAILED: must not be empty');
    return;
  }
  for (const [index, rule] of state.Choices.entries()) {
    const here = `${place}/Choices[${index}]`;
    const { Condition, Next } = isObject(rule) ? rule : {};
    if (typeof Condition !== 'boolean' && expressionIn(Condition) === undefined)
      report(`${here}/Condition`, 'SCHEMA_VALIDATION_FAILED: must be a JSONata expression or a boolean');
    checkTarget(Next, `${here}/Next`, states, report);
  }
  if (state.Default !== undefined) checkTarget(state.Default, `${place}/Default`, states, report);
};

const checkParts = (state: Json, place: string, language: unknown, report: Report): void => {
  if (state.Type === 'Task' && typeof state.Resource !== 'string')
    report(`${place}/Resource`, 'SCHEMA_VALIDATION_FAILED: must be an ARN');
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined))
    report(place, 'SCHEMA_VALIDATION_FAILED: needs either Seconds or Timestamp');
  if (state.Type === 'Parallel' && !isFilled(state.Branches))
    report(`${place}/Branches`, 'SCHEMA_VALIDATION_FAILED: must not be empty');
  if (state.Type === 'Parallel' && isFilled(state.Branches))
    for (const [index, branch] of state.Branches.entries())
      checkStates(branch, `${place}/Branches[${index}]`, language, report);
  if (state.Type === 'Map')
    checkStates(state.ItemProcessor ?? state.Iterator, `${place}/ItemProcessor`, language, report);
};

const checkFields = (state: Json, place: string, fields: readonly string[], report: Report): void => {
  for (const field of Object.keys(state))
    if (!fields.includes(field))
      report(
        `${place}/${field}`,
        `SCHEMA_VALIDATION_FAILED: a JSONata ${state.Type} state has no such field`,
      );
  if (state.Assign !== undefined && !isObject(state.Assign))
    report(`${place}/Assign`, 'SCHEMA_VALIDATION_FAILED: must be an object');
  if (isObject(state.Assign) && 'states' in state.Assign)
    report(`${place}/Assign/states`, 'INVALID_VARIABLE_NAME: $states is reserved');
};

const checkState = (state: unknown, place: string, states: Json, language: unknown, report: Report): void => {
  const fields = isObject(state) ? FIELDS[String(state.Type)] : undefined;
  if (!isObject(state) || !fields) {
    report(place, 'SCHEMA_VALIDATION_FAILED: is not a state of a known Type');
    return;
  }
  const own = state.QueryLanguage ?? language;
  if (own !== 'JSONata') {
    report(place, 'UNSUPPORTED: JSONPath states do not run here; set "QueryLanguage": "JSONata"');
    return;
  }
  checkFields(state, place, fields, report);
  checkExpressions(state, place, report);
  checkRetry(state.Retry, place, report);
  checkCatch(state.Catch, place, states, report);
  if (state.Type === 'Choice') checkChoice(state, place, states, report);
  else if (state.Type !== 'Succeed' && state.Type !== 'Fail') checkTransition(state, place, states, report);
  checkParts(state, place, language, report);
};

const checkStates = (value: unknown, place: string, language: unknown, report: Report): void => {
  const { StartAt, States } = (isObject(value) ? value : {}) as Partial<States>;
  if (!isObject(States)) {
    report(`${place}/States`, 'SCHEMA_VALIDATION_FAILED: must be an object of states');
    return;
  }
  checkTarget(StartAt, `${place}/StartAt`, States, report);
  for (const [name, state] of Object.entries(States as Record<string, State>)) {
    if (name.length > 80)
      report(`${place}/States/${name}`, 'INVALID_STATE_NAME: is longer than 80 characters');
    checkState(state, `${place}/States/${name}`, States, language, report);
  }
};

/**
 * Reads a definition: JSON text or its value.
 *
 * @throws InvalidDefinition that names every problem and where it is
 */
export const parseDefinition = (definition: unknown): StateMachine => {
  let value = definition;
  try {
    if (typeof definition === 'string') value = JSON.parse(definition);
  } catch (error) {
    throw new InvalidDefinition([`INVALID_JSON_DESCRIPTION: ${(error as Error).message}`]);
  }
  const problems: string[] = [];
  const report: Report = (place, problem) => problems.push(`${problem} at ${place || '/'}`);
  const { QueryLanguage = 'JSONPath', TimeoutSeconds } = isObject(value) ? value : {};
  checkStates(value, '', QueryLanguage, report);
  checkNumber(TimeoutSeconds, '/TimeoutSeconds', 1, report);
  if (problems.length > 0) throw new InvalidDefinition(problems);
  return value as StateMachine;
};
