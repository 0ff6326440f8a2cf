import { QueryError } from './errors.ts';
import { compile, isExpression } from './expressions.ts';
import { OUT_OF_MEMORY } from './functions.ts';
import { text } from './json.ts';

/** What an expression sees, put together only when one is evaluated. */
export type Scope = () => Record<string, unknown>;

/** AWS's texts for the bounds that JSONata itself has others for. */
const BOUNDS: Readonly<Record<string, string>> = {
  D1011:
    'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
  D1012: 'Expression evaluation timeout: Check for infinite loop',
  D2014: OUT_OF_MEMORY,
  D2015: OUT_OF_MEMORY,
};

const describeFailure = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && code in BOUNDS) return `: ${BOUNDS[code]}`;
  return code ? `. ${code}: ${message}` : `: ${message ?? String(error)}`;
};

const isFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value));

/** Values that are known to be plain JSON. */
const plain = new WeakSet<object>();

/** What JSONata notes on its own arrays; a value with such a mark would be taken for one later. */
const MARKS = ['sequence', 'cons', 'keepSingleton', 'outerWrapper', 'tupleStream'];

const plainArray = (array: readonly unknown[]): readonly unknown[] => {
  const items = array.map((item) => toJson(item) ?? null);
  const same = items.every((item, at) => item === array[at]) && !MARKS.some((mark) => mark in array);
  return same ? array : items;
};

const plainObject = (object: object): object => {
  const entries = Object.entries(object).map(([key, item]) => [key, item, toJson(item)] as const);
  const same = entries.every(([, item, json]) => item === json);
  if (same && Object.getPrototypeOf(object) === Object.prototype) return object;
  return Object.fromEntries(
    entries.flatMap(([key, , json]) => (json === undefined ? [] : [[key, json] as const])),
  );
};

/**
 * JSONata's own arrays carry marks, its objects have no prototype, and its functions are no data: what leaves an
 * expression is plain JSON. What is plain already stays the same value.
 */
const toJson = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value || 0 : String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (plain.has(value)) return value;
  if (isFunction(value)) return undefined;
  const json = Array.isArray(value) ? plainArray(value) : plainObject(value);
  plain.add(json);
  return json;
};

const evaluateExpression = async (template: string, field: string, scope: Scope): Promise<unknown> => {
  const expression = compile(template);
  const subject = `The JSONata expression '${expression.source}' specified for the field '${field}'`;
  let result: unknown;
  try {
    result = await expression.evaluate(scope());
  } catch (error) {
    throw new QueryError(field, `${subject} threw an error during evaluation${describeFailure(error)}`);
  }
  if (result === undefined) throw new QueryError(field, `${subject} returned nothing (undefined).`);
  if (isFunction(result)) throw new QueryError(field, `${subject} returned an unsupported result type.`);
  return toJson(result);
};

const constants = new WeakMap<object, boolean>();

const isConstant = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return !isExpression(value);
  const known = constants.get(value);
  if (known !== undefined) return known;
  const constant = Object.values(value).every(isConstant);
  constants.set(value, constant);
  return constant;
};

/**
 * Evaluates every expression in a value, however deep.
 *
 * @param field where the value stands, such as `Output`: errors name it, as `Output/total` or `Output/lines[0]`
 * @returns the value itself, at once, where there is none
 * @throws QueryError for an expression that fails or gives nothing
 */
export const evaluate = (value: unknown, field: string, scope: Scope): unknown =>
  isConstant(value) ? value : evaluateParts(value, field, scope);

const evaluateParts = async (value: unknown, field: string, scope: Scope): Promise<unknown> => {
  if (typeof value === 'string') return evaluateExpression(value, field, scope);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries())
      items.push(await evaluate(item, `${field}[${index}]`, scope));
    return items;
  }
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value as object))
    entries.push([key, await evaluate(item, `${field}/${key}`, scope)]);
  return Object.fromEntries(entries);
};

const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** Evaluates a field that has to give a value of one type. */
const evaluateAs = async (
  type: string,
  value: unknown,
  field: string,
  scope: Scope,
  beforeEntry = false,
): Promise<unknown> => {
  const result = await evaluate(value, field, scope);
  if (typeName(result) === type) return result;
  const subject = `The JSONata expression '${isExpression(value) ? compile(value).source : text(value)}' specified for the field '${field}'`;
  throw new QueryError(
    field,
    `${subject} returned an unexpected result type. Expected '${type}', but was '${typeName(result)}' for value: ${text(result)}`,
    { beforeEntry },
  );
};

export const evaluateString = (value: unknown, field: string, scope: Scope) =>
  evaluateAs('string', value, field, scope) as Promise<string>;
export const evaluateBoolean = (value: unknown, field: string, scope: Scope) =>
  evaluateAs('boolean', value, field, scope) as Promise<boolean>;

/** The items of a map. */
export const evaluateItems = (value: unknown, field: string, scope: Scope) =>
  evaluateAs('array', value, field, scope, true) as Promise<unknown[]>;

/** A number between `min` and `max`, whole unless `fraction` says that it needn't be. */
export const evaluateNumber = async (
  value: unknown,
  field: string,
  scope: Scope,
  { min = 0, max = 99_999_999, fraction = false } = {},
): Promise<number> => {
  const result = (await evaluateAs('number', value, field, scope)) as number;
  if (!fraction && !Number.isInteger(result))
    throw new QueryError(field, `The ${field} field cannot be parsed as an integer: ${result}`);
  if (result < min || result > max)
    throw new QueryError(field, `${field} must be between ${min} and ${max} but was: ${result}`);
  return result;
};
