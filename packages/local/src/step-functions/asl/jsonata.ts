import jsonata from 'jsonata';
import { QueryError } from './errors.ts';
import { stepFunctions } from './functions.ts';

type Bindings = Record<string, unknown>;

const compiled = new Map<string, jsonata.Expression>();

/** The expression inside `{% … %}`; `undefined` for anything else. Spaces outside the braces make it a literal. */
export const expressionIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 3 && value.startsWith('{%') && value.endsWith('%}')
    ? value.slice(2, -2).trim()
    : undefined;

/** Compiles an expression, or throws JSONata's error. */
export const compile = (expression: string): jsonata.Expression => {
  const known = compiled.get(expression);
  if (known) return known;
  // Bounds on time (ms) and depth: a workflow's expression that never ends must not stop everything else.
  const fresh = jsonata(expression, { timeout: 2000, stack: 1000 });
  for (const { name, run, signature } of stepFunctions) fresh.registerFunction(name, run, signature);
  // Step Functions disables $eval; $parse takes its place.
  fresh.assign('eval', undefined);
  compiled.set(expression, fresh);
  return fresh;
};

const describeFailure = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ? `. ${code}: ${message}` : `: ${message ?? String(error)}`;
};

/** JSONata's own arrays carry hidden marks, and its functions are no data: what leaves an expression is plain JSON. */
const toJson = (value: unknown): unknown => {
  const text = JSON.stringify(value, (_, item) =>
    item?._jsonata_lambda || item?._jsonata_function ? undefined : item,
  );
  return text === undefined ? undefined : JSON.parse(text);
};

const evaluateExpression = async (
  expression: string,
  field: string,
  bindings: Bindings,
): Promise<unknown> => {
  const subject = `The JSONata expression '${expression}' specified for the field '${field}'`;
  let result: unknown;
  try {
    result = toJson(await compile(expression).evaluate(undefined, bindings));
  } catch (error) {
    throw new QueryError(field, `${subject} threw an error during evaluation${describeFailure(error)}`);
  }
  if (result === undefined) throw new QueryError(field, `${subject} returned nothing (undefined).`);
  return result;
};

/**
 * Evaluates every expression in a value, however deep.
 *
 * @param field where the value stands, such as `Output`: errors name it, as `Output/total` or `Output/lines[0]`
 * @throws QueryError for an expression that fails or gives nothing
 */
export const evaluate = async (value: unknown, field: string, bindings: Bindings): Promise<unknown> => {
  const expression = expressionIn(value);
  if (expression !== undefined) return evaluateExpression(expression, field, bindings);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries())
      items.push(await evaluate(item, `${field}[${index}]`, bindings));
    return items;
  }
  if (value === null || typeof value !== 'object') return value;
  const object: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    object[key] = await evaluate(item, `${field}/${key}`, bindings);
  return object;
};

const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const evaluateAs = async (type: string, value: unknown, field: string, bindings: Bindings) => {
  const result = await evaluate(value, field, bindings);
  if (typeName(result) === type) return result;
  const subject = `The JSONata expression '${expressionIn(value) ?? JSON.stringify(value)}' specified for the field '${field}'`;
  throw new QueryError(
    field,
    `${subject} returned an unexpected result type. Expected '${type}', but was '${typeName(result)}' for value: ${JSON.stringify(result)}`,
  );
};

export const evaluateString = (value: unknown, field: string, bindings: Bindings) =>
  evaluateAs('string', value, field, bindings) as Promise<string>;
export const evaluateBoolean = (value: unknown, field: string, bindings: Bindings) =>
  evaluateAs('boolean', value, field, bindings) as Promise<boolean>;
export const evaluateArray = (value: unknown, field: string, bindings: Bindings) =>
  evaluateAs('array', value, field, bindings) as Promise<unknown[]>;

/** A whole number between `min` and `max`. */
export const evaluateInteger = async (
  value: unknown,
  field: string,
  bindings: Bindings,
  { min = 0, max = 99_999_999 } = {},
): Promise<number> => {
  const result = (await evaluateAs('number', value, field, bindings)) as number;
  if (!Number.isInteger(result))
    throw new QueryError(field, `The ${field} field cannot be parsed as an integer: ${result}`);
  if (result < min || result > max)
    throw new QueryError(field, `${field} must be between ${min} and ${max} but was: ${result}`);
  return result;
};
