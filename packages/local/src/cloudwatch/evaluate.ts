import type { Expression } from './expression.ts';
import { type Series, type Span, validationError } from './series.ts';

export interface Line {
  /** The query that it comes from. */
  readonly id: string;
  readonly label: string;
  readonly series: Series;
}

/** A number, one line, or several. */
type Value = number | Line | readonly Line[];

/** What an expression is worked out with. */
export interface Scope {
  /** A query by its id. */
  query(id: string): Value;
  /** Every query that asks for a metric. */
  metrics(): readonly Line[];
  /** Of what the expression gives, in milliseconds. */
  readonly period: number;
  readonly span: Span;
  readonly id: string;
  readonly label: string;
}

const isList = (value: Value): value is readonly Line[] => Array.isArray(value);

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

const mapLine = (line: Line, change: (value: number, at: number) => number | undefined): Line => {
  const series = new Map<number, number>();
  for (const [at, value] of line.series) {
    const changed = change(value, at);
    // What can't be said of a moment, such as a division by nothing, has no point there.
    if (changed !== undefined && Number.isFinite(changed)) series.set(at, changed);
  }
  return { ...line, series };
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

type Reduce = (values: readonly number[]) => number;

const REDUCERS: Readonly<Record<string, Reduce>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/** Of one line the number that it comes to, of several the line that they come to moment by moment. */
const reduce = (value: Value, how: Reduce, { id, label }: Scope): Value => {
  if (typeof value === 'number') return value;
  if (!isList(value)) return value.series.size === 0 ? 0 : how([...value.series.values()]);
  const moments = [...new Set(value.flatMap(({ series }) => [...series.keys()]))].sort((a, b) => a - b);
  const at = (moment: number) =>
    how(value.flatMap(({ series }) => (series.has(moment) ? [series.get(moment) as number] : [])));
  return { id, label, series: new Map(moments.map((moment) => [moment, at(moment)])) };
};

const CHANGES: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

const each = (value: Value, change: (line: Line) => Line, name: string): Value => {
  if (typeof value === 'number') throw validationError(`${name} takes a time series, not a number`);
  return isList(value) ? value.map(change) : change(value);
};

/** How much a value changes from one to the next, a second or in all. */
const changes = (line: Line, perSecond: boolean): Line => {
  let previous: { at: number; value: number } | undefined;
  return mapLine(line, (value, at) => {
    const before = previous;
    previous = { at, value };
    if (before === undefined) return undefined;
    return (value - before.value) / (perSecond ? (at - before.at) / 1000 : 1);
  });
};

/** A value for each moment that has none: a number, the last one before, or what lies between its neighbours. */
const fill = (line: Line, how: number | 'REPEAT' | 'LINEAR', { period, span }: Scope): Line => {
  const series = new Map<number, number>();
  const known = [...line.series];
  for (let at = Math.floor(span.start / period) * period; at < span.end; at += period) {
    const value = line.series.get(at);
    const before = known.findLast(([moment]) => moment < at);
    const after = known.find(([moment]) => moment > at);
    if (value !== undefined) series.set(at, value);
    else if (typeof how === 'number') series.set(at, how);
    else if (how === 'REPEAT' && before !== undefined) series.set(at, before[1]);
    else if (before !== undefined && after !== undefined)
      series.set(at, before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]));
  }
  return { ...line, series };
};

/** Where the condition is a line, moment by moment. */
const choose = (condition: Value, then: Value, otherwise: Value): Value => {
  if (typeof condition === 'number') return condition === 0 ? otherwise : then;
  const at = (value: Value, moment: number): number | undefined => {
    if (isList(value)) throw validationError('IF takes numbers and single time series');
    return typeof value === 'number' ? value : value.series.get(moment);
  };
  if (isList(condition)) throw validationError('IF takes numbers and single time series');
  return mapLine(condition, (holds, moment) => at(holds === 0 ? otherwise : then, moment));
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
    case 'PERIOD':
      return scope.period / 1000;
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
