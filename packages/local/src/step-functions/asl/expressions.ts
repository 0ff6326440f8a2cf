import jsonata from 'jsonata';
import { stepFunctions } from './functions.ts';

/** AWS's bound on how deep an evaluation may nest, measured there: 100 terms of a sum are accepted, 101 are not. */
const MAX_DEPTH = 100;
/** A workflow's expression that never ends must not stop everything else; ms. */
const MAX_MILLISECONDS = 2000;
/** AWS's bound on what an evaluation holds in memory, measured there as the longest range that it accepts. */
const MAX_ELEMENTS = 873_782;

/** A part of an expression as JSONata parsed it; its own type leaves much out. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly [part: string]: unknown;
}

export interface Expression {
  /** What stands between `{%` and `%}`, as AWS quotes it. */
  readonly source: string;
  readonly ast: Node;
  /** Gives the value, or a promise of it. */
  evaluate(bindings: Record<string, unknown>): unknown;
}

/** The expression inside `{% … %}`; `undefined` for anything else. Spaces outside the braces make it a literal. */
const sourceOf = (template: string): string | undefined =>
  template.length > 3 && template.startsWith('{%') && template.endsWith('%}')
    ? template.slice(2, -2).trim()
    : undefined;

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && sourceOf(value) !== undefined;

const compiled = new Map<string, Expression>();

/** Compiles `{% … %}`, once however often it is used, or throws JSONata's error. */
export const compile = (template: string): Expression => {
  const known = compiled.get(template);
  if (known) return known;
  const source = sourceOf(template) ?? template;
  // The bound on sequences slows every one of them: it is for those that a short expression can make long.
  const sequence = source.includes('..') ? { sequence: MAX_ELEMENTS } : {};
  const fresh = jsonata(source, { timeout: MAX_MILLISECONDS, stack: MAX_DEPTH, ...sequence });
  for (const { name, run, signature } of stepFunctions) fresh.registerFunction(name, run, signature);
  // Step Functions disables $eval; $parse takes its place.
  fresh.assign('eval', undefined);
  const ast = fresh.ast() as unknown as Node;
  const path = pathOf(ast);
  const expression: Expression = {
    source,
    ast,
    evaluate: (bindings) => {
      const found = path && follow(path, bindings);
      return found ? found.value : fresh.evaluate(undefined, bindings);
    },
  };
  compiled.set(template, expression);
  return expression;
};

const only = (node: Node, keys: readonly string[]) => Object.keys(node).every((key) => keys.includes(key));

/** The names of a path from a variable through object fields alone, such as `$states.input.orderId`. */
const pathOf = (ast: Node): readonly string[] | undefined => {
  const [first, ...fields] = ast.type === 'path' ? (ast.steps ?? []) : [ast];
  const simple = (step: Node, type: string) =>
    step.type === type && only(step, ['type', 'value', 'position']);
  if (!first || !simple(first, 'variable') || !fields.every((step) => simple(step, 'name'))) return undefined;
  if (!only(ast, ['type', 'value', 'position', 'steps'])) return undefined;
  return [first, ...fields].map(({ value }) => String(value));
};

/** Most expressions only fetch a value. An array on the way, or a name of JSONata's own, is left to JSONata. */
const follow = (
  [variable = '', ...fields]: readonly string[],
  bindings: Record<string, unknown>,
): { value: unknown } | undefined => {
  if (!Object.hasOwn(bindings, variable)) return undefined;
  let value = bindings[variable];
  for (const field of fields) {
    if (typeof value !== 'object' || value === null) return { value: undefined };
    if (Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
  }
  return { value };
};
