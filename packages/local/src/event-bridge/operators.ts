import { readAnythingBut } from './anything-but.ts';
import type { Field } from './flatten.ts';
import { ignoreCase } from './ignore-case.ts';
import { inBlock, sameAddress } from './ip-address.ts';
import { comparable } from './numbers.ts';
import { readNumeric } from './numeric.ts';
import type { Token, Tokens } from './pattern-tokens.ts';
import { wildcard } from './wildcard.ts';

type Value = Field['value'];

/** One entry of a rule's list: a test of a value, or the wish that there be none. */
export interface Matcher {
  readonly test: ((value: Value) => boolean) | 'absent';
  /** The wildcards in it, which count towards a rule's complexity. */
  readonly wildcards?: readonly string[];
}

const onText = (test: (value: string) => boolean): Matcher => ({
  test: (value) => typeof value === 'string' && test(value),
});

/** A match expression's one text, in which AWS names the operator that is meant. */
const readText = (tokens: Tokens, what: string): string => {
  if (tokens.next() !== 'string') tokens.fail(`${what} match pattern must be a string`);
  return tokens.text();
};

const endExpression = (tokens: Tokens): void => {
  if (tokens.next() !== '}') tokens.fail('Only one key allowed in match expression');
};

/** `prefix` and `suffix`: a text, or a text inside `equals-ignore-case`. */
const readAffix =
  (name: 'prefix' | 'suffix') =>
  (tokens: Tokens): Matcher => {
    const token = tokens.next();
    if (token === '{') {
      const Name = name === 'prefix' ? 'Prefix' : 'Suffix';
      if (tokens.next() !== 'name') tokens.fail(`${Name} expression name not found`);
      const operator = tokens.text();
      if (operator !== 'equals-ignore-case') tokens.fail(`Unsupported ${name} pattern: ${operator}`);
      const matcher = onText(ignoreCase(readText(tokens, operator), name));
      endExpression(tokens);
      return matcher;
    }
    if (token !== 'string') tokens.fail(`${name} match pattern must be a string`);
    const wanted = tokens.text();
    return onText(
      name === 'prefix' ? (value) => value.startsWith(wanted) : (value) => value.endsWith(wanted),
    );
  };

const readWildcard = (tokens: Tokens): Matcher => {
  const pattern = readText(tokens, 'wildcard');
  try {
    return { ...onText(wildcard(pattern)), wildcards: [pattern] };
  } catch (error) {
    return tokens.fail((error as Error).message);
  }
};

const readExists = (tokens: Tokens): Matcher => {
  const token = tokens.next();
  if (token !== 'true' && token !== 'false')
    tokens.fail('exists match pattern must be either true or false.');
  return { test: token === 'true' ? () => true : 'absent' };
};

/** Each operator reads its argument; those in {@link SELF_CLOSING} read their closing brace as well. */
const OPERATORS: Readonly<Record<string, (tokens: Tokens) => Matcher>> = {
  exactly: (tokens) => {
    const wanted = readText(tokens, 'exact');
    return onText((value) => value === wanted);
  },
  prefix: readAffix('prefix'),
  suffix: readAffix('suffix'),
  'equals-ignore-case': (tokens) => onText(ignoreCase(readText(tokens, 'equals-ignore-case'))),
  wildcard: readWildcard,
  'anything-but': readAnythingBut,
  numeric: (tokens) => {
    const test = readNumeric(tokens);
    if (tokens.next() !== '}') tokens.fail('Too many elements in numeric expression');
    return { test };
  },
  exists: readExists,
  // AWS calls it a prefix, and names no place for a block that is none.
  cidr: (tokens) => onText(inBlock(readText(tokens, 'prefix'))),
};

const SELF_CLOSING = new Set(['anything-but', 'numeric']);

/** The names that mean operators, now or in AWS's plans, and so cannot be fields inside `$or`. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...Object.keys(OPERATORS),
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

const readExpression = (tokens: Tokens): Matcher => {
  if (tokens.next() !== 'name') tokens.fail('Match expression name not found');
  const operator = tokens.text();
  const read = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (read === undefined) return tokens.fail(`Unrecognized match type ${operator}`);
  const matcher = read(tokens);
  if (!SELF_CLOSING.has(operator)) endExpression(tokens);
  return matcher;
};

/** A number matches its equal, and one too big to compare its own spelling. */
const exactNumber = (literal: string): Matcher => {
  const wanted = comparable(Number(literal));
  return {
    test: (value) =>
      typeof value === 'number' &&
      ((wanted !== undefined && comparable(value) === wanted) || String(value) === literal),
  };
};

const exactText = (wanted: string): Matcher => {
  const isSame = sameAddress(wanted);
  return onText(isSame ?? ((value) => value === wanted));
};

/** Reads one entry of a rule's list, of which `token` is the first. */
export const readMatcher = (tokens: Tokens, token: Token): Matcher => {
  if (token === '{') return readExpression(tokens);
  if (token === 'string') return exactText(tokens.text());
  if (token === 'number') return exactNumber(tokens.text());
  const constants: Partial<Record<Token, Value>> = { true: true, false: false, null: null };
  if (!(token in constants)) tokens.fail('Match value must be String, number, true, false, or null');
  return { test: (value) => value === constants[token] };
};
