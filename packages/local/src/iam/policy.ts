import type { Context, Permission } from '../cloud.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export type Decision = 'allowed' | 'denied explicitly' | 'not allowed';

/** What the statements say about one permission: an explicit Deny wins over any Allow. */
export const decide = (statements: readonly Statement[], permission: Permission): Decision => {
  const applying = statements.filter((statement) => applies(statement, permission));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied explicitly';
  return applying.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'not allowed';
};

const applies = (statement: Statement, permission: Permission): boolean =>
  included(statement.Action, statement.NotAction, permission.action, true) &&
  included(statement.Resource, statement.NotResource, permission.resource, false) &&
  (statement.Condition === undefined || conditionsHold(statement.Condition, contextOf(permission)));

const contextOf = ({ context = {} }: Permission): Context =>
  typeof context === 'function' ? context() : context;

const included = (
  patterns: string | readonly string[] | undefined,
  excluded: string | readonly string[] | undefined,
  value: string,
  ignoreCase: boolean,
): boolean => {
  if (excluded !== undefined) return !some(excluded, value, ignoreCase);
  return patterns === undefined || some(patterns, value, ignoreCase);
};

const some = (patterns: string | readonly string[], value: string, ignoreCase: boolean): boolean =>
  [patterns].flat().some((pattern) => matchesWildcard(pattern as string, value, ignoreCase));

const expressions = new Map<string, RegExp>();

/** `*` stands for any characters, `?` for exactly one. */
export const matchesWildcard = (pattern: string, value: string, ignoreCase = false): boolean => {
  if (pattern === '*' || pattern === value) return true;
  const key = `${ignoreCase}${pattern}`;
  let expression = expressions.get(key);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
    expressions.set(key, expression);
  }
  return expression.test(value);
};

const operators: Record<string, (expected: string, actual: string) => boolean> = {
  StringEquals: (expected, actual) => expected === actual,
  StringEqualsIgnoreCase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  StringLike: (expected, actual) => matchesWildcard(expected, actual),
  ArnEquals: (expected, actual) => matchesWildcard(expected, actual),
  ArnLike: (expected, actual) => matchesWildcard(expected, actual),
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

const conditionsHold = (conditions: NonNullable<Statement['Condition']>, context: Context): boolean =>
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      holds(operator, [expected].flat(), valuesOf(context, key)),
    ),
  );

/** Condition keys are compared without regard to case. */
const valuesOf = (context: Context, key: string): string[] | undefined => {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : ([found[1]].flat() as string[]);
};

const holds = (operator: string, expected: readonly unknown[], actual: string[] | undefined): boolean => {
  const [, set, not, base = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(?:(String|Arn)Not)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const name = `${not ?? ''}${base}`;
  if (name === 'Null') return (actual === undefined) === (String(expected[0]) === 'true');
  if (actual === undefined) return ifExists !== undefined || not !== undefined || set === 'ForAllValues:';
  const matches = operators[name];
  // A condition that is not understood must not let anything pass.
  if (matches === undefined) return false;
  const one = (value: string) =>
    expected.some((item) => matches(String(item), value)) !== (not !== undefined);
  return set === 'ForAllValues:' ? actual.every(one) : actual.some(one);
};
