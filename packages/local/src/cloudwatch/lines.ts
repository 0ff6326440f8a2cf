import { type Series, type Span, validationError } from './series.ts';

export interface Line {
  /** The query that it comes from. */
  readonly id: string;
  readonly label: string;
  readonly series: Series;
}

/** A number, one line, or several. */
export type Value = number | Line | readonly Line[];

export const isList = (value: Value): value is readonly Line[] => Array.isArray(value);

export const mapLine = (line: Line, change: (value: number, at: number) => number | undefined): Line => {
  const series = new Map<number, number>();
  for (const [at, value] of line.series) {
    const changed = change(value, at);
    // What can't be said of a moment, such as a division by nothing, has no point there.
    if (changed !== undefined && Number.isFinite(changed)) series.set(at, changed);
  }
  return { ...line, series };
};

type Reduce = (values: readonly number[]) => number;

export const REDUCERS: Readonly<Record<string, Reduce>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/** Of one line the number that it comes to, of several the line that they come to moment by moment. */
export const reduce = (value: Value, how: Reduce, { id, label }: Pick<Line, 'id' | 'label'>): Value => {
  if (typeof value === 'number') return value;
  if (!isList(value)) return value.series.size === 0 ? 0 : how([...value.series.values()]);
  const moments = [...new Set(value.flatMap(({ series }) => [...series.keys()]))].sort((a, b) => a - b);
  const at = (moment: number) =>
    how(value.flatMap(({ series }) => (series.has(moment) ? [series.get(moment) as number] : [])));
  return { id, label, series: new Map(moments.map((moment) => [moment, at(moment)])) };
};

export const CHANGES: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

export const each = (value: Value, change: (line: Line) => Line, name: string): Value => {
  if (typeof value === 'number') throw validationError(`${name} takes a time series, not a number`);
  return isList(value) ? value.map(change) : change(value);
};

/** How much a value changes from one to the next, a second or in all. */
export const changes = (line: Line, perSecond: boolean): Line => {
  let previous: { at: number; value: number } | undefined;
  return mapLine(line, (value, at) => {
    const before = previous;
    previous = { at, value };
    if (before === undefined) return undefined;
    return (value - before.value) / (perSecond ? (at - before.at) / 1000 : 1);
  });
};

/** A value for each moment that has none: a number, the last one before, or what lies between its neighbours. */
export const fill = (
  line: Line,
  how: number | 'REPEAT' | 'LINEAR',
  { period, span }: { readonly period: number; readonly span: Span },
): Line => {
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
export const choose = (condition: Value, then: Value, otherwise: Value): Value => {
  if (typeof condition === 'number') return condition === 0 ? otherwise : then;
  const at = (value: Value, moment: number): number | undefined => {
    if (isList(value)) throw validationError('IF takes numbers and single time series');
    return typeof value === 'number' ? value : value.series.get(moment);
  };
  if (isList(condition)) throw validationError('IF takes numbers and single time series');
  return mapLine(condition, (holds, moment) => at(holds === 0 ? otherwise : then, moment));
};
