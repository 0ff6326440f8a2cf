import type { Matches } from './glob.ts';
import { type Operator, readOperator } from './operators.ts';
import { type Bind, bindVariables, holdsVariables, type Lookup } from './variables.ts';

/** Whether a statement's conditions hold for a request. */
export type Condition = (lookup: Lookup) => boolean;

/**
 * Compiles the `Condition` of a statement; all of its operators and all of their keys have to hold.
 *
 * @throws Error for an operator that IAM doesn't have or a value that its operator can't compare.
 */
export const compileConditions = (condition: object, variables: boolean): Condition => {
  const all = Object.entries(condition).flatMap(([name, keys]) => {
    const operator = readOperator(name);
    if (operator === undefined) throw new Error(`there is no condition operator "${name}"`);
    return Object.entries(keys as object).map(([key, values]) => {
      const expected = [values].flat().map((value) => compileValue(operator, String(value), variables));
      return compileTest(operator, key.toLowerCase(), expected);
    });
  });
  return (lookup) => all.every((holds) => holds(lookup));
};

const compileValue = ({ compile }: Operator, value: string, variables: boolean): Bind => {
  if (variables && holdsVariables(value)) return bindVariables(value, compile);
  const matches = compile(value);
  return () => matches;
};

const compileTest = (operator: Operator, key: string, expected: readonly Bind[]): Condition => {
  const { name, negated, ifExists, set } = operator;
  if (name === 'Null') {
    return (lookup) => expected.some((bind) => bind(lookup)?.(String(lookup(key) === undefined)));
  }
  return (lookup) => {
    const actual = lookup(key);
    // A key that the request doesn't have fails a comparison, and so fulfils its negation.
    if (actual === undefined || actual.length === 0) {
      return ifExists || set === 'all' || (negated && set !== 'any');
    }
    const matchers: Matches[] = [];
    for (const bind of expected) {
      const matches = bind(lookup);
      if (matches !== undefined) matchers.push(matches);
    }
    // A value whose variable is unknown compares with nothing; its negation must not hold because of that.
    if (matchers.length === 0) return false;
    const one = (value: string) => matchers.some((matches) => matches(value));
    if (set === 'all') return actual.every((value) => one(value) !== negated);
    if (set === 'any') return actual.some((value) => one(value) !== negated);
    return actual.some(one) !== negated;
  };
};
