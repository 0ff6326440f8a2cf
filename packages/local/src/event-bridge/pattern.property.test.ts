import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesEventPattern } from './pattern.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Leaf = Exclude<Json, object>;
type Branch = { [key: string]: Json };

/** A matcher as simple as can be: it tries every choice of one element in each array. */
const choices = (value: Json): Json[] => {
  if (Array.isArray(value)) {
    const leaves = value.filter((item) => typeof item !== 'object' || item === null);
    const containers = value.filter((item) => typeof item === 'object' && item !== null);
    const chosen = containers.flatMap(choices);
    return [...leaves, ...chosen, ...(value.length === 0 || containers.length === 0 ? [] : [[]])];
  }
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).reduce<Branch[]>(
    (made, [key, inner]) => {
      const options = choices(inner);
      const all = options.length === 0 ? [[]] : options;
      return made.flatMap((one) => all.map((option) => ({ ...one, [key]: option })));
    },
    [{}],
  );
};

const accepts = (matcher: Json, value: Leaf): boolean => {
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  const [[operator, argument] = ['', null]] = Object.entries(matcher);
  if (operator === 'prefix') return typeof value === 'string' && value.indexOf(String(argument)) === 0;
  if (operator === 'suffix')
    return typeof value === 'string' && value.slice(value.length - String(argument).length) === argument;
  if (operator === 'numeric') {
    const [, low, , high] = argument as [string, number, string, number];
    return typeof value === 'number' && value >= low && value < high;
  }
  if (operator === 'anything-but')
    return Array.isArray(argument)
      ? !argument.some((one) => one === value)
      : !accepts(argument as Json, value);
  return operator === 'exists' && argument === true;
};

const naive = (pattern: Branch, event: Branch): boolean =>
  choices(event).some((choice) => naiveOfChoice(pattern, choice as Branch));

const naiveOfChoice = (pattern: Branch, event: Json | undefined): boolean =>
  Object.entries(pattern).every(([key, wanted]) => {
    const value =
      typeof event === 'object' && event !== null && !Array.isArray(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return naiveOfChoice(wanted as Branch, value);
    return value !== undefined && (typeof value !== 'object' || value === null)
      ? wanted.some((matcher) => accepts(matcher, value))
      : false;
  });

const key = fc.constantFrom('a', 'b', 'c');
const text = fc.constantFrom('', 'x', 'xy', 'yx');
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  text,
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const matcher: fc.Arbitrary<Json> = fc.oneof(
  leaf,
  text.map((prefix) => ({ prefix })),
  text.map((suffix) => ({ suffix })),
  fc.array(text, { minLength: 1, maxLength: 2 }).map((texts) => ({ 'anything-but': texts })),
  fc.constantFrom('x', 'y').map((prefix) => ({ 'anything-but': { prefix } })),
  fc.integer({ min: 0, max: 2 }).map((low) => ({ numeric: ['>=', low, '<', low + 1] })),
  fc.constant({ exists: true }),
);
const { event, pattern } = fc.letrec<{ event: Branch; inner: Json; pattern: Branch }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(fc.oneof(leaf, tie('event')), { maxLength: 3 }),
    tie('event'),
  ) as fc.Arbitrary<Json>,
  event: fc.dictionary(key, tie('inner') as fc.Arbitrary<Json>, { maxKeys: 3 }) as fc.Arbitrary<Branch>,
  pattern: fc.dictionary(
    key,
    fc.oneof(
      { maxDepth: 2 },
      fc.array(matcher, { minLength: 1, maxLength: 2 }),
      tie('pattern'),
    ) as fc.Arbitrary<Json>,
    { minKeys: 1, maxKeys: 2 },
  ) as fc.Arbitrary<Branch>,
}));

test('matches whatever a matcher that tries all choices matches, and nothing else', () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, event, (wanted, given) => {
      const expected = naive(wanted, given);
      if (expected) matched++;
      expect(matchesEventPattern(wanted, given)).toBe(expected);
    }),
    { numRuns: 3000 },
  );
  expect(matched).toBeGreaterThan(50);
});

test('$or is any of its branches', () => {
  fc.assert(
    fc.property(pattern, pattern, event, (one, other, given) => {
      expect(matchesEventPattern({ $or: [one, other] }, given)).toBe(
        matchesEventPattern(one, given) || matchesEventPattern(other, given),
      );
    }),
  );
});

test('a pattern means the same as text, however it is spaced', () => {
  fc.assert(
    fc.property(pattern, event, (wanted, given) => {
      const expected = matchesEventPattern(wanted, given);
      expect(matchesEventPattern(JSON.stringify(wanted, null, 3), JSON.stringify(given))).toBe(expected);
    }),
  );
});

test('anything-but is the opposite of the operator inside, for every text', () => {
  const operators = fc.constantFrom('prefix', 'suffix', 'equals-ignore-case');
  fc.assert(
    fc.property(operators, fc.string({ minLength: 1 }), fc.string(), (operator, wanted, value) => {
      const plain = matchesEventPattern({ a: [{ [operator]: wanted }] }, { a: value });
      const negated = matchesEventPattern({ a: [{ 'anything-but': { [operator]: wanted } }] }, { a: value });
      expect(negated).toBe(!plain);
    }),
  );
});

test('a wildcard matches what its regular expression matches', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '*');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.stringMatching(/^[ab]{0,8}$/), (parts, value) => {
      const wildcard = parts.join('').replace(/\*+/g, '*');
      const expected = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(value);
      expect(matchesEventPattern({ a: [{ wildcard }] }, { a: value })).toBe(expected);
    }),
  );
});

test('every event matches the pattern made of its own leaves', () => {
  const value = fc.oneof(fc.string(), fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), fc.constant(null));
  const name = fc.stringMatching(/^[a-z]{1,5}$/);
  const tree = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value, { minKeys: 1 })), {
    minKeys: 1,
  });
  const toPattern = (given: unknown): unknown =>
    typeof given === 'object' && given !== null
      ? Object.fromEntries(Object.entries(given).map(([field, inner]) => [field, toPattern(inner)]))
      : [given];
  fc.assert(fc.property(tree, (given) => matchesEventPattern(toPattern(given), given)));
});
