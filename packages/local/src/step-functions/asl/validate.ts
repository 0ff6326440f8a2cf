import { checkState } from './check-state.ts';
import { checkTransitions } from './check-transitions.ts';
import { checkScope } from './check-variables.ts';
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
import type { StateMachine } from './definition.ts';
import { isExpression } from './expressions.ts';

/** Thrown for a definition that Step Functions would not create. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid State Machine Definition: '${problems.join(', ')}'`);
    this.problems = problems;
  }
}

/** AWS's limit on a definition, in characters. */
const MAX_LENGTH = 1_048_576;
const MAX_NAME = 80;

/** Fields that mean the same in both query languages, as long as nothing in them is an expression. */
const NEUTRAL = [
  ...['Type', 'Comment', 'QueryLanguage', 'Next', 'End', 'Retry', 'Error', 'Cause', 'Resource'],
  ...['Seconds', 'Timestamp', 'TimeoutSeconds', 'HeartbeatSeconds', 'Branches', 'ItemProcessor', 'Iterator'],
  ...['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'],
];

const isNeutral = (state: Json) =>
  Object.entries(state).every(([field, value]) => NEUTRAL.includes(field) && !isExpression(value));

interface Context {
  /** The whole state machine's query language. */
  readonly language: unknown;
  /** The variables that states around these assign. */
  readonly variables: ReadonlySet<string>;
  /** The names of states so far, which are unique in the whole state machine. */
  readonly names: Set<string>;
  readonly report: Report;
}

/** Whether a state may be looked at as a JSONata one. */
const checkLanguage = (state: Json, place: string, { language, report }: Context): boolean => {
  checkEnum(state.QueryLanguage, ['JSONPath', 'JSONata'], `${place}/QueryLanguage`, report);
  if ((state.QueryLanguage ?? language) !== 'JSONPath') return true;
  if (language !== 'JSONPath')
    schema(
      report,
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place,
    );
  else if (isNeutral(state)) return true;
  else report('UNSUPPORTED', 'JSONPath states do not run here; set "QueryLanguage": "JSONata"', place);
  return false;
};

const checkProcessor = (processor: unknown, place: string, context: Context): void => {
  const { report } = context;
  if (!isObject(processor)) {
    schema(report, 'Expected value of type [OBJECT]', place);
    return;
  }
  const { ProcessorConfig, ...states } = processor;
  checkStates(states, place, context);
  const here = `${place}/ProcessorConfig`;
  if (!checkType(ProcessorConfig, 'OBJECT', here, report) || !isObject(ProcessorConfig)) return;
  checkEnum(ProcessorConfig.Mode, ['INLINE', 'DISTRIBUTED'], `${here}/Mode`, report);
  if (ProcessorConfig.Mode === 'DISTRIBUTED')
    report('UNSUPPORTED', 'distributed maps do not run here; set "Mode": "INLINE"', `${here}/Mode`);
};

const checkInner = (state: Json, place: string, context: Context): void => {
  if (state.Type === 'Parallel' && isFilled(state.Branches))
    for (const [index, branch] of state.Branches.entries())
      checkStates(branch, `${place}/Branches[${index}]`, context);
  if (state.Type !== 'Map') return;
  for (const field of ['ItemProcessor', 'Iterator'])
    if (state[field] !== undefined) checkProcessor(state[field], `${place}/${field}`, context);
};

const checkName = (name: string, place: string, { names, report }: Context): void => {
  if (name.length > MAX_NAME) schema(report, `State name exceeds ${MAX_NAME} characters`, place);
  if (names.has(name)) report('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, place);
  names.add(name);
};

const TOP = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const INNER = ['Comment', 'StartAt', 'States'];

/** Checks a set of states: the whole machine, a branch, or a map's processor. */
const checkStates = (value: unknown, place: string, context: Context): void => {
  const { report } = context;
  const here = place || '/';
  if (!isObject(value)) {
    schema(report, 'Expected value of type [OBJECT]', here);
    return;
  }
  checkFields(value, place === '' ? TOP : INNER, here, report);
  checkRequired(value, ['States', 'StartAt'], here, report);
  checkType(value.StartAt, 'STRING', `${place}/StartAt`, report);
  const { StartAt, States } = value;
  if (!checkType(States, 'OBJECT', `${place}/States`, report) || !isObject(States)) return;
  const variables = checkScope(States, place, context.variables, report);
  for (const [name, state] of Object.entries(States)) {
    const at = `${place}/States/${name}`;
    checkName(name, at, context);
    if (!isObject(state)) schema(report, 'Expected value of type [OBJECT]', at);
    else if (checkLanguage(state, at, context)) {
      checkState(state, at, report);
      checkInner(state, at, { ...context, variables });
    }
  }
  checkTransitions({ StartAt, States }, place, report);
};

/** The definition as a value of its own: what the caller does to its own later has no effect. */
const read = (definition: unknown): unknown => {
  try {
    const text = typeof definition === 'string' ? definition : (JSON.stringify(definition) ?? 'null');
    if (text.length > MAX_LENGTH)
      throw new InvalidDefinition([
        `SCHEMA_VALIDATION_FAILED: Definition must have at most ${MAX_LENGTH} characters at null`,
      ]);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof InvalidDefinition) throw error;
    throw new InvalidDefinition([`INVALID_JSON_DESCRIPTION: ${(error as Error).message} at null`]);
  }
};

/**
 * Reads a definition: JSON text or its value.
 *
 * @throws InvalidDefinition that names every problem and where it is, in AWS's codes and, where they are known, words
 */
export const parseDefinition = (definition: unknown): StateMachine => {
  const value = read(definition);
  const problems: string[] = [];
  const report: Report = (code, message, place) => problems.push(`${code}: ${message} at ${place ?? null}`);
  if (!isObject(value))
    report('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object', undefined);
  else {
    const { QueryLanguage = 'JSONPath', TimeoutSeconds } = value;
    checkEnum(QueryLanguage, ['JSONPath', 'JSONata'], '/QueryLanguage', report);
    checkNumber(TimeoutSeconds, '/TimeoutSeconds', report, { min: 1 });
    checkStates(value, '', { language: QueryLanguage, variables: new Set(), names: new Set(), report });
  }
  if (problems.length > 0) throw new InvalidDefinition(problems);
  return value as unknown as StateMachine;
};
