import type { Field } from './flatten.ts';
import { inBlock } from './ip-address.ts';

type Value = Field['value'];
/** Tells whether a value is what a rule looks for. */
type Test = (value: Value) => boolean;

/** One entry of a rule's list: a test of a value, or the wish that there be none. */
export type Matcher = Test | 'absent';

/** AWS compares numbers from -5 to 5 billion. */
const MAX_NUMBER = 5e9;

const fail = (reason: string): never => {
  throw new Error(reason);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one key of a match expression, and what it holds. */
const only = (expression: Record<string, unknown>): [string, unknown] => {
  const [entry, ...more] = Object.entries(expression);
  if (!entry) return fail('Match expression name not found');
  return more.length > 0 ? fail('Only one key allowed in match expression') : entry;
};

const text = (value: unknown, what: string): string =>
  typeof value === 'string' ? value : fail(`${what} match pattern must be a string`);

const onText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const escapeRegExp = (character: string) => character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');

/** A wildcard: `*` is any run of characters, `\*` and `\\` are themselves. */
const wildcard = (pattern: string): Test => {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*' && pattern[at + 1] === '*')
      fail(`Consecutive wildcard characters at pos ${at + 1}`);
    if (character === '*') source += '.*';
    else if (character !== '\\') source += escapeRegExp(character);
    else {
      const escaped = pattern[++at] ?? '';
      if (escaped !== '*' && escaped !== '\\') fail(`Invalid escape character at pos ${at}`);
      source += escapeRegExp(escaped);
    }
  }
  const expression = new RegExp(`^${source}$`, 's');
  return onText((value) => expression.test(value));
};

const ignoreCase = (wanted: string): Test => {
  const lower = wanted.toLowerCase();
  return onText((value) => value.toLowerCase() === lower);
};

/** `prefix` and `suffix`: text, or text inside `equals-ignore-case`. */
const affix = (name: 'prefix' | 'suffix', argument: unknown): Test => {
  const has = name === 'prefix' ? 'startsWith' : 'endsWith';
  if (!isObject(argument)) {
    const wanted = text(argument, name);
    return onText((value) => value[has](wanted));
  }
  const [operator, inner] = only(argument);
  if (operator !== 'equals-ignore-case') fail(`Unsupported ${name} pattern: ${operator}`);
  const wanted = text(inner, operator).toLowerCase();
  return onText((value) => value.toLowerCase()[has](wanted));
};

const comparable = (value: unknown, operator: string): number => {
  if (typeof value !== 'number') return fail(`Value of ${operator} must be numeric`);
  return Math.abs(value) > MAX_NUMBER ? fail('Value must be between -5.0E9 and 5.0E9, inclusive') : value;
};

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '=': (one, other) => one === other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

const numeric = (argument: unknown): Test => {
  if (!Array.isArray(argument)) return fail('Value of numeric must be an array.');
  const [lower, low, upper, high, ...more] = argument as unknown[];
  const isLower = lower === '>' || lower === '>=';
  const first = typeof lower === 'string' ? COMPARISONS[lower] : undefined;
  if (typeof lower !== 'string' || !first) return fail(`Unrecognized numeric range operator: ${lower}`);
  const bound = comparable(low, lower === '=' ? 'equals' : lower);
  const within =
    (test: (value: number) => boolean): Test =>
    (value) =>
      typeof value === 'number' && Math.abs(value) <= MAX_NUMBER && test(value);
  if (argument.length === 2) return within((value) => first(value, bound));
  if (!isLower) return fail('Too many elements in numeric expression');
  const second = upper === '<' || upper === '<=' ? COMPARISONS[upper] : undefined;
  if (!second) return fail(`Bad numeric range operator: ${upper}`);
  const top = comparable(high, String(upper));
  if (more.length > 0) fail('Too many terms in numeric range expression');
  if (bound >= top) fail('Bottom must be less than top');
  return within((value) => first(value, bound) && second(value, top));
};

/** The operators that `anything-but` turns round; each takes one text or a list. */
const NEGATABLE: Readonly<Record<string, (wanted: string) => Test>> = {
  prefix: (wanted) => affix('prefix', wanted || fail('Null prefix/suffix not allowed')),
  suffix: (wanted) => affix('suffix', wanted || fail('Null prefix/suffix not allowed')),
  'equals-ignore-case': ignoreCase,
  wildcard,
};

const anythingBut = (argument: unknown): Test => {
  const tests = isObject(argument) ? negated(only(argument)) : exceptions(argument);
  return (value) => !tests.some((test) => test(value));
};

const negated = ([operator, argument]: [string, unknown]): Test[] => {
  const create = Object.hasOwn(NEGATABLE, operator) ? NEGATABLE[operator] : undefined;
  if (!create) return fail(`Unsupported anything-but pattern: ${operator}`);
  return [argument].flat().map((wanted) => create(text(wanted, operator)));
};

const exceptions = (argument: unknown): Test[] => {
  const values = [argument].flat();
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  if (types.size !== 1 || (type !== 'string' && type !== 'number'))
    return fail(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  return values.map((wanted) => (value) => value === wanted);
};

const cidr = (argument: unknown): Test => onText(inBlock(text(argument, 'cidr')));

const exists = (argument: unknown): Matcher => {
  if (typeof argument !== 'boolean') return fail('exists match pattern must be either true or false.');
  return argument ? () => true : 'absent';
};

const OPERATORS: Readonly<Record<string, (argument: unknown) => Matcher>> = {
  exactly: (argument) => {
    const wanted = text(argument, 'exact');
    return (value) => value === wanted;
  },
  prefix: (argument) => affix('prefix', argument),
  suffix: (argument) => affix('suffix', argument),
  'equals-ignore-case': (argument) => ignoreCase(text(argument, 'equals-ignore-case')),
  wildcard: (argument) => wildcard(text(argument, 'wildcard')),
  'anything-but': anythingBut,
  numeric,
  exists,
  cidr,
};

/** The names that mean operators, and so cannot be fields inside `$or`. */
export const RESERVED = new Set([...Object.keys(OPERATORS), '=', '<', '<=', '>', '>=', 'regex']);

/** What one entry of a rule's list looks for. Throws for an entry that means nothing. */
export const matcherOf = (entry: unknown): Matcher => {
  if (Array.isArray(entry)) return fail('Match value must be String, number, true, false, or null');
  if (!isObject(entry)) return (value) => value === entry;
  const [operator, argument] = only(entry);
  const create = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  return create ? create(argument) : fail(`Unrecognized match type ${operator}`);
};
