import { isObject, type Report } from './checks.ts';
import { compile, type Expression, isExpression, type Node } from './expressions.ts';

/** What a field's expressions may read of `$states`, besides input and context. */
export interface Readable {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

const ALWAYS = ['input', 'context'];

/** Where the parts of an expression stand that read what the whole expression does. */
const PARTS = [
  ...['lhs', 'rhs', 'expression', 'expressions', 'procedure', 'arguments', 'body'],
  ...['condition', 'then', 'else'],
];

/**
 * What an expression reads from outside: the first steps of its paths. A step after the first, a predicate, a sort
 * term or a grouping reads what the step before it gave; a lambda's body reads where the lambda stands.
 */
const walk = (node: Node, found: Set<string>): void => {
  const { type, value } = node;
  if (type === 'path') {
    const [first, second] = node.steps ?? [];
    if (first) walk(first, found);
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name')
      found.add(`$states.${second.value}`);
  } else if (type === 'name') found.add(String(value));
  else if (type === 'variable' && (value === '' || value === '$')) found.add(`$${value}`);
  // The pattern and update of a transform read what it is applied to.
  else if (type !== 'transform')
    for (const part of PARTS.flatMap((name) => node[name]).flat(2))
      if (typeof part === 'object' && part !== null) walk(part as Node, found);
};

const problemWith = (name: string, readable: Readable): string | undefined => {
  if (name === '$$') return "Reference to '$$' is not supported.";
  if (!name.startsWith('$states.')) return `Reference to '${name}' at the top level is not supported.`;
  const field = name.slice('$states.'.length);
  if (ALWAYS.includes(field) || readable[field as keyof Readable]) return undefined;
  return `Field '${name}' does not exist.`;
};

const checkExpression = (template: string, place: string, readable: Readable, report: Report): void => {
  let expression: Expression;
  try {
    expression = compile(template);
  } catch (error) {
    report('INVALID_JSONATA_EXPRESSION', (error as Error).message, place);
    return;
  }
  const found = new Set<string>();
  walk(expression.ast, found);
  for (const name of found) {
    const problem = problemWith(name, readable);
    if (problem !== undefined) report('UNSUPPORTED_JSONATA_EXPRESSION', problem, place);
  }
};

/** Checks every expression in a value, however deep. */
export const checkExpressions = (value: unknown, place: string, readable: Readable, report: Report): void => {
  if (isExpression(value)) checkExpression(value, place, readable, report);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries())
      checkExpressions(item, `${place}[${index}]`, readable, report);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value))
      checkExpressions(item, `${place}/${key}`, readable, report);
};
