import { type Field, flatten } from './flatten.ts';
import { type Matcher, matcherOf, RESERVED } from './operators.ts';

/** Every field's list of matchers, by path: all fields have to match, each by one of its list. */
type Conditions = ReadonlyMap<string, readonly Matcher[]>;

/** A pattern made ready: its `$or`s multiplied out into alternatives. */
export type Pattern = readonly Conditions[];

/** Thrown for a pattern that PutRule would refuse. */
class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPatternException';

  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const compileOr = (alternatives: Pattern, branches: unknown, path: string): Pattern => {
  if (!Array.isArray(branches)) throw new InvalidEventPattern('It must be an Array followed with $or.');
  if (branches.length < 2)
    throw new InvalidEventPattern('There must have at least 2 Objects in $or relationship.');
  return branches.flatMap((branch) => {
    if (!isObject(branch))
      throw new InvalidEventPattern('Only JSON object is allowed in array of $or relationship.');
    return compileObject(alternatives, branch, { path, inOr: true });
  });
};

const compileList = (key: string, entries: readonly unknown[]): readonly Matcher[] => {
  if (entries.length === 0) throw new InvalidEventPattern('Empty arrays are not allowed');
  try {
    return entries.map(matcherOf);
  } catch (error) {
    throw new InvalidEventPattern(`${(error as Error).message} at "${key}"`);
  }
};

const compileObject = (
  start: Pattern,
  object: Record<string, unknown>,
  { path, inOr }: { path: string; inOr: boolean },
): Pattern => {
  let alternatives = start;
  if (Object.keys(object).length === 0) throw new InvalidEventPattern('Empty objects are not allowed');
  for (const [key, value] of Object.entries(object)) {
    const here = path ? `${path}.${key}` : key;
    if (key === '$or') alternatives = compileOr(alternatives, value, path);
    else if (inOr && RESERVED.has(key))
      throw new InvalidEventPattern(`${key} is Ruler reserved fieldName which cannot be used inside $or.`);
    else if (Array.isArray(value)) {
      const matchers = compileList(key, value);
      alternatives = alternatives.map((conditions) => new Map([...conditions, [here, matchers]]));
    } else if (isObject(value)) alternatives = compileObject(alternatives, value, { path: here, inOr });
    else throw new InvalidEventPattern(`"${key}" must be an object or an array`);
  }
  return alternatives;
};

/**
 * Reads an event pattern: JSON text or its value.
 *
 * @throws InvalidEventPattern for what EventBridge would refuse
 */
export const compilePattern = (pattern: unknown): Pattern => {
  let value = pattern;
  try {
    if (typeof pattern === 'string') value = JSON.parse(pattern);
  } catch {
    throw new InvalidEventPattern('Invalid JSON');
  }
  if (!isObject(value)) throw new InvalidEventPattern('Filter is not an object');
  return compileObject([new Map()], value, { path: '', inOr: false });
};

type Places = ReadonlyMap<number, number>;

/** Both together, or nothing where they mean different objects of the same array. */
const joinPlaces = (one: Places, other: Places): Places | undefined => {
  for (const [array, index] of other) if ((one.get(array) ?? index) !== index) return undefined;
  return new Map([...one, ...other]);
};

/** Fields that stand in an array's objects have to match within one and the same object. */
const matchRest = (
  conditions: readonly (readonly [string, readonly Matcher[]])[],
  fields: ReadonlyMap<string, readonly Field[]>,
  places: Places,
): boolean => {
  const [first, ...rest] = conditions;
  if (!first) return true;
  const [path, matchers] = first;
  const candidates = fields.get(path);
  if (!candidates) return matchers.includes('absent') && matchRest(rest, fields, places);
  return candidates.some((field) => {
    if (!matchers.some((matcher) => matcher !== 'absent' && matcher(field.value))) return false;
    const joined = joinPlaces(places, field.places);
    return joined !== undefined && matchRest(rest, fields, joined);
  });
};

export const matches = (pattern: Pattern, event: unknown): boolean => {
  const fields = flatten(event);
  return pattern.some((conditions) => matchRest([...conditions], fields, new Map()));
};

/**
 * Tells whether an event matches an EventBridge event pattern.
 *
 * @param pattern as JSON text or its value
 * @throws InvalidEventPattern for a pattern that EventBridge would refuse
 * @example
 * matchesEventPattern({ source: [{ prefix: 'emporium.' }] }, { source: 'emporium.orders' }); // true
 */
export const matchesEventPattern = (pattern: unknown, event: unknown): boolean =>
  matches(compilePattern(pattern), typeof event === 'string' ? JSON.parse(event) : event);
