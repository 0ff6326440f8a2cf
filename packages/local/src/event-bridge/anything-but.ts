import type { Field } from './flatten.ts';
import { ignoreCase } from './ignore-case.ts';
import { comparable, toComparable } from './numbers.ts';
import type { Token, Tokens } from './pattern-tokens.ts';
import { wildcard } from './wildcard.ts';

type Test = (value: Field['value']) => boolean;

interface Negation {
  readonly test: Test;
  /** The wildcards inside, which count towards a rule's complexity. */
  readonly wildcards: readonly string[];
}

interface Negatable {
  create(wanted: string): (value: string) => boolean;
  /** What AWS says of a value that is no text. */
  readonly wrongType: string;
}

const affix = (create: Negatable['create']): Negatable => ({
  create,
  wrongType: 'prefix/suffix match pattern must be a string',
});

const NEGATABLE: Readonly<Record<string, Negatable>> = {
  prefix: affix((wanted) => (value) => value.startsWith(wanted)),
  suffix: affix((wanted) => (value) => value.endsWith(wanted)),
  'equals-ignore-case': {
    create: (wanted) => ignoreCase(wanted),
    wrongType: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  },
  wildcard: { create: wildcard, wrongType: 'wildcard match pattern must be a string' },
};

/** AWS reads a list within a guard of its own, and so names the place of a fault in it twice. */
const guarded = (tokens: Tokens, read: () => void): void => {
  try {
    read();
  } catch (error) {
    tokens.fail((error as Error).message);
  }
};

const readValues = (tokens: Tokens, token: Token): Test => {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const add = (met: Token) => {
    if (met === 'string') texts.add(tokens.text());
    else if (met === 'number') numbers.add(toComparable(tokens.text()));
    else tokens.fail('Inside anything but list, start|null|boolean is not supported.');
  };
  if (token === '[') {
    guarded(tokens, () => {
      for (let met = tokens.next(); met !== ']'; met = tokens.next()) add(met);
    });
    if (texts.size > 0 === numbers.size > 0)
      tokens.fail(
        'Inside anything but list, either all values are number or string, mixed type is not supported',
      );
  } else add(token);
  return (value) => {
    if (typeof value === 'string') return !texts.has(value);
    const number = typeof value === 'number' ? comparable(value) : undefined;
    return number === undefined || !numbers.has(number);
  };
};

const readNegated = (tokens: Tokens, operator: string, token: Token): Negation => {
  const { create, wrongType } = NEGATABLE[operator] as Negatable;
  const wanted: string[] = [];
  const add = (met: Token) => {
    if (met !== 'string') tokens.fail(wrongType);
    const text = tokens.text();
    if (text === '' && wrongType === NEGATABLE.prefix?.wrongType)
      tokens.fail('Null prefix/suffix not allowed');
    wanted.push(text);
  };
  if (token === '[')
    guarded(tokens, () => {
      for (let met = tokens.next(); met !== ']'; met = tokens.next()) add(met);
    });
  else add(token);
  const tests: ((value: string) => boolean)[] = [];
  guarded(tokens, () => tests.push(...wanted.map(create)));
  return {
    test: (value) => typeof value !== 'string' || !tests.some((test) => test(value)),
    wildcards: operator === 'wildcard' ? wanted : [],
  };
};

const endObject = (tokens: Tokens): void => {
  // AWS's words for any further key, here too.
  if (tokens.next() !== '}') tokens.fail('Too many elements in numeric expression');
};

/** Reads `{ "anything-but": … }` from behind its name to its closing brace. */
export const readAnythingBut = (tokens: Tokens): Negation => {
  let token = tokens.next();
  let operator: string | undefined;
  if (token === '{') {
    if (tokens.next() !== 'name') tokens.fail('Anything-But expression name not found');
    operator = tokens.text();
    if (!Object.hasOwn(NEGATABLE, operator)) tokens.fail(`Unsupported anything-but pattern: ${operator}`);
    token = tokens.next();
  }
  if (token !== '[' && token !== 'string' && token !== 'number')
    tokens.fail('Value of anything-but must be an array or single string/number value.');
  const negation =
    operator === undefined
      ? { test: readValues(tokens, token), wildcards: [] }
      : readNegated(tokens, operator, token);
  endObject(tokens);
  if (operator !== undefined) endObject(tokens);
  return negation;
};
