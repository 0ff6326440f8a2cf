import { type Matcher, RESERVED, readMatcher } from './operators.ts';
import { createTokens, MalformedPattern, type Tokens } from './pattern-tokens.ts';
import { isTooComplex } from './wildcard.ts';

/** Every field's list of matchers, by path: all fields have to match, each by one of its list. */
export type Conditions = readonly (readonly [path: string, matchers: readonly Matcher[]])[];

/** A pattern made ready. */
export interface Pattern {
  /** Its `$or`s multiplied out. Each list is in the order of the paths, in which AWS matches. */
  readonly alternatives: readonly Conditions[];
  /** The names that its paths are made of. */
  readonly steps: ReadonlySet<string>;
}

type Draft = ReadonlyMap<string, readonly Matcher[]>;

/** AWS's limits: the length of a pattern, and the alternatives that its `$or`s make. */
const MAX_LENGTH = 4096;
const MAX_COMBINATIONS = 1000;

/** A pattern that PutRule and TestEventPattern refuse. */
class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPatternException';

  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
  }
}

const checkCombinations = (combinations: number): void => {
  if (combinations > MAX_COMBINATIONS)
    throw new Error(`The use of $or results in over ${MAX_COMBINATIONS} rule combinations`);
};

const readOr = (tokens: Tokens, drafts: readonly Draft[], { path, ors }: Where): Draft[] => {
  if (tokens.next() !== '[') tokens.fail('It must be an Array followed with $or.');
  const alternatives: Draft[] = [];
  let branches = 0;
  for (let token = tokens.next(); token !== ']'; token = tokens.next()) {
    branches++;
    if (token !== '{') tokens.fail('Only JSON object is allowed in array of $or relationship.');
    alternatives.push(...readObject(tokens, drafts, { path, or: 'inside', ors }));
    checkCombinations(alternatives.length);
  }
  if (branches < 2) tokens.fail('There must have at least 2 Objects in $or relationship.');
  // AWS multiplies the lengths of all, also where one stands inside another.
  ors.combinations *= branches;
  checkCombinations(ors.combinations);
  return alternatives;
};

const readList = (tokens: Tokens): readonly Matcher[] => {
  const matchers: Matcher[] = [];
  for (let token = tokens.next(); token !== ']'; token = tokens.next())
    matchers.push(readMatcher(tokens, token));
  if (matchers.length === 0) tokens.fail('Empty arrays are not allowed');
  return matchers;
};

interface Where {
  readonly path: string | undefined;
  /** Whether `$or` is an operator, and whether this object is in one; or is `$or` a field like any other? */
  readonly or: 'outside' | 'inside' | 'a field';
  /** Of all `$or`s so far. */
  readonly ors: { combinations: number };
}

const readObject = (tokens: Tokens, start: readonly Draft[], where: Where): readonly Draft[] => {
  const { path, or } = where;
  let drafts = start;
  let isEmpty = true;
  while (tokens.next() !== '}') {
    isEmpty = false;
    const key = tokens.text();
    const here = path === undefined ? key : `${path}.${key}`;
    if (key === '$or' && or !== 'a field') {
      drafts = readOr(tokens, drafts, where);
      continue;
    }
    if (or === 'inside' && RESERVED.has(key))
      tokens.fail(`${key} is Ruler reserved fieldName which cannot be used inside $or.`);
    const token = tokens.next();
    if (token === '{') drafts = readObject(tokens, drafts, { ...where, path: here });
    else if (token === '[') {
      // What is written last about a path holds, be it inside `$or` or outside.
      const matchers = readList(tokens);
      drafts = drafts.map((draft) => new Map([...draft, [here, matchers]]));
    } else tokens.fail(`"${key}" must be an object or an array`);
  }
  if (isEmpty) tokens.fail('Empty objects are not allowed');
  return drafts;
};

const read = (text: string, or: Where['or']): readonly Draft[] => {
  const tokens = createTokens(text);
  if (tokens.next() !== '{') tokens.fail('Filter is not an object');
  return readObject(tokens, [new Map()], { path: undefined, or, ors: { combinations: 1 } });
};

/** A `$or` that cannot be the operator is taken for a field of that name, as before there was the operator. */
const readEither = (text: string): readonly Draft[] => {
  try {
    return read(text, 'outside');
  } catch (error) {
    if (!(error instanceof MalformedPattern)) throw error;
    return read(text, 'a field');
  }
};

/** Alternatives that begin with the same fields are matched together, and so are complex together. */
const checkComplexity = (alternatives: readonly Conditions[]): void => {
  const wildcards = new Map<string, string[]>();
  for (const conditions of alternatives) {
    let trail = '';
    for (const [path, matchers] of conditions) {
      trail += `${path}\n`;
      const found = matchers.flatMap((matcher) => matcher.wildcards ?? []);
      if (found.length > 0) wildcards.set(trail, [...(wildcards.get(trail) ?? []), ...found]);
    }
  }
  for (const patterns of wildcards.values())
    if (isTooComplex(patterns))
      throw new Error(
        'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
      );
};

/**
 * Reads an event pattern: JSON text or its value.
 *
 * @throws InvalidEventPattern for what EventBridge would refuse
 */
export const compilePattern = (pattern: unknown): Pattern => {
  const text = typeof pattern === 'string' ? pattern : (JSON.stringify(pattern) ?? '');
  if (text.length > MAX_LENGTH) throw new InvalidEventPattern(`it is longer than ${MAX_LENGTH} characters`);
  try {
    const alternatives = readEither(text).map((draft) =>
      [...draft].sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    checkComplexity(alternatives);
    const paths = alternatives.flatMap((conditions) => conditions.map(([path]) => path));
    return { alternatives, steps: new Set(paths.flatMap((path) => path.split('.'))) };
  } catch (error) {
    throw new InvalidEventPattern((error as Error).message);
  }
};
