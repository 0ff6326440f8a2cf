import type { Expression } from './expression.ts';
import {
  CHANGES,
  changes,
  choose,
  each,
  fill,
  isList,
  type Line,
  mapLine,
  REDUCERS,
  reduce,
  type Value,
} from './lines.ts';
import { type Span, validationError } from './series.ts';

/** What an expression is worked out with. */
export interface Scope {
  /** A query by its id. */
  query(id: string): Value;
  /** Every query that asks for a metric. */
  metrics(): readonly Line[];
  /** Of a query, in milliseconds. */
  periodOf(id: string): number;
  /** Of what the expression gives. */
  readonly period: number;
  readonly span: Span;
  readonly id: string;
  readonly label: string;
}

const truth = (is: boolean): number => (is ? 1 : 0);

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<': (left, right) => truth(left < right),
  '>': (left, right) => truth(left > right),
  '<=': (left, right) => truth(left <= right),
  '>=': (left, right) => truth(left >= right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
};

/** Moment by moment, where both have one. */
const combine = (left: Value, right: Value, operate: (left: number, right: number) => number): Value => {
  if (isList(left)) return left.map((line) => combine(line, right, operate) as Line);
  if (isList(right)) return right.map((line) => combine(left, line, operate) as Line);
  if (typeof left !== 'number')
    return mapLine(left, (value, at) => {
      const other = typeof right === 'number' ? right : right.series.get(at);
      return other === undefined ? undefined : operate(value, other);
    });
  if (typeof right !== 'number') return mapLine(right, (value) => operate(left, value));
  return operate(left, right);
};

const call = (name: string, given: readonly Expression[], scope: Scope): Value => {
  const value = (index: number): Value => {
    const argument = given[index];
    if (argument === undefined) throw validationError(`${name} takes more arguments than ${given.length}`);
    return evaluate(argument, scope);
  };
  const reducer = REDUCERS[name];
  if (reducer !== undefined) return reduce(value(0), reducer, scope);
  const change = CHANGES[name];
  if (change !== undefined) return each(value(0), (line) => mapLine(line, change), name);
  switch (name) {
    case 'METRICS': {
      const [filter] = given;
      const part = filter?.kind === 'text' ? filter.value : '';
      return scope.metrics().filter(({ id }) => id.includes(part));
    }
    case 'RATE':
    case 'DIFF':
      return each(value(0), (line) => changes(line, name === 'RATE'), name);
    case 'FILL': {
      const how = given[1];
      const word =
        how?.kind === 'name' && (how.name === 'REPEAT' || how.name === 'LINEAR') ? how.name : value(1);
      if (typeof word === 'object') throw validationError('FILL takes a number, REPEAT or LINEAR');
      return each(value(0), (line) => fill(line, word, scope), name);
    }
    case 'IF':
      return choose(
        value(0),
        value(1),
        given.length > 2 ? value(2) : { id: '', label: '', series: new Map() },
      );
    case 'PERIOD': {
      const [of] = given;
      if (of?.kind !== 'name') throw validationError('PERIOD takes the id of a query');
      return scope.periodOf(of.name) / 1000;
    }
    default:
      throw validationError(`The function ${name} is not supported on this machine`);
  }
};

/** Works an expression out. Throws ValidationException for what it doesn't understand. */
export const evaluate = (expression: Expression, scope: Scope): Value => {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'text':
      throw validationError(`Unexpected text "${expression.value}" in an expression`);
    case 'name':
      return scope.query(expression.name);
    case 'list':
      return expression.items.flatMap((item) => {
        const value = evaluate(item, scope);
        if (typeof value === 'number') throw validationError('A list holds time series, not numbers');
        return value;
      });
    case 'negative':
      return combine(0, evaluate(expression.of, scope), (zero, value) => zero - value);
    case 'operation': {
      const operator = { '&&': 'AND', '||': 'OR' }[expression.operator] ?? expression.operator;
      const operate = OPERATIONS[operator] as (left: number, right: number) => number;
      return combine(evaluate(expression.left, scope), evaluate(expression.right, scope), operate);
    }
    case 'call':
      return call(expression.name, expression.arguments, scope);
  }
};
