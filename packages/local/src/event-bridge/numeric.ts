import type { Field } from './flatten.ts';
import { comparable, toComparable } from './numbers.ts';
import type { Tokens } from './pattern-tokens.ts';

type Compare = (one: number, other: number) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  '=': (one, other) => one === other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

/** A test of numbers, in millionths. */
const within =
  (test: (value: number) => boolean) =>
  (value: Field['value']): boolean => {
    const number = typeof value === 'number' ? comparable(value) : undefined;
    return number !== undefined && test(number);
  };

const operand = (tokens: Tokens, operator: string): number => {
  if (tokens.next() !== 'number')
    tokens.fail(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  try {
    return toComparable(tokens.text());
  } catch (error) {
    return tokens.fail((error as Error).message);
  }
};

/** Reads `{ "numeric": [ … ] }` from behind its name: one comparison, or a lower bound and an upper one. */
export const readNumeric = (tokens: Tokens): ((value: Field['value']) => boolean) => {
  if (tokens.next() !== '[') tokens.fail('Value of numeric must be an array.');
  if (tokens.next() !== 'string') tokens.fail(`Invalid member in numeric match: ${tokens.text()}`);
  const operator = tokens.text();
  const first = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (first === undefined) {
    tokens.next();
    return tokens.fail(`Unrecognized numeric range operator: ${operator}`);
  }
  const bound = operand(tokens, operator);
  const next = tokens.next();
  if (next === ']') return within((value) => first(value, bound));
  if (operator !== '>' && operator !== '>=') tokens.fail('Too many elements in numeric expression');
  if (next !== 'string') tokens.fail(`Bad value in numeric range: ${tokens.text()}`);
  const upper = tokens.text();
  const second = upper === '<' || upper === '<=' ? COMPARISONS[upper] : undefined;
  if (second === undefined) return tokens.fail(`Bad numeric range operator: ${upper}`);
  const top = operand(tokens, upper);
  if (tokens.next() !== ']') tokens.fail('Too many terms in numeric range expression');
  if (bound >= top) tokens.fail('Bottom must be less than top');
  return within((value) => first(value, bound) && second(value, top));
};
