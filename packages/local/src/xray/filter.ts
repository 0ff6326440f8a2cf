import { AwsError } from '../cloud.ts';
import type { Summary } from './summary.ts';

/** A filter expression, read. */
export type Filter = (summary: Summary) => boolean;

type Value = string | number | boolean;

const TOKEN =
  /\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)\b|(annotation\[[^\]]+\]|[A-Za-z][\w.-]*)|(!=|<=|>=|[=<>!()]))/y;

const refuse = (expression: string, why: string): never => {
  throw new AwsError('InvalidRequestException', `Invalid filter expression "${expression}": ${why}`);
};

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign';
  readonly text: string;
}

const tokensOf = (expression: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (const end = expression.trimEnd().length; TOKEN.lastIndex < end; ) {
    const at = TOKEN.lastIndex;
    const [, text, number, word, sign] =
      TOKEN.exec(expression) ?? refuse(expression, `unexpected ${expression.slice(at).trim()}`);
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
};

/** Words that are true of a trace or not. */
const FLAGS: Readonly<Record<string, Filter>> = {
  ok: ({ hasFault, hasError, hasThrottle }) => !hasFault && !hasError && !hasThrottle,
  error: ({ hasError }) => hasError,
  fault: ({ hasFault }) => hasFault,
  throttle: ({ hasThrottle }) => hasThrottle,
  partial: ({ isPartial }) => isPartial,
};

const COMPARISONS: Readonly<Record<string, (value: Value, wanted: Value) => boolean>> = {
  '=': (value, wanted) => value === wanted,
  '!=': (value, wanted) => value !== wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  CONTAINS: (value, wanted) => String(value).includes(String(wanted)),
  BEGINSWITH: (value, wanted) => String(value).startsWith(String(wanted)),
  ENDSWITH: (value, wanted) => String(value).endsWith(String(wanted)),
};

/** The values of a trace that go by a name; undefined for a name that means nothing here. */
const readerOf = (name: string): ((summary: Summary) => readonly Value[]) | undefined => {
  const [, dotted, bracketed] = /^annotation(?:\.(.+)|\[(.+)\])$/.exec(name) ?? [];
  const key = dotted ?? bracketed;
  if (key !== undefined) return ({ annotations }) => annotations.get(key) ?? [];
  if (name === 'duration') return ({ duration }) => [duration];
  if (name === 'responsetime') return ({ responseTime }) => [responseTime];
  const [, field] = /^http\.(url|method|status|useragent|clientip)$/.exec(name) ?? [];
  return field === undefined ? undefined : ({ http }) => [http[field as keyof Summary['http']] ?? []].flat();
};

/** Reads a filter expression. Throws InvalidRequestException, which says what it doesn't understand. */
export const parseFilter = (expression: string): Filter => {
  const tokens = tokensOf(expression);
  const isNext = (word: string) => tokens[0]?.kind !== 'text' && tokens[0]?.text.toUpperCase() === word;
  const take = (word: string): boolean => isNext(word) && tokens.shift() !== undefined;
  const expected = (what: string) =>
    refuse(expression, `expected ${what} instead of ${tokens[0]?.text ?? 'its end'}`);

  const either = (): Filter => {
    let left = both();
    while (take('OR')) {
      const [one, other] = [left, both()];
      left = (summary) => one(summary) || other(summary);
    }
    return left;
  };
  const both = (): Filter => {
    let left = single();
    while (take('AND')) {
      const [one, other] = [left, single()];
      left = (summary) => one(summary) && other(summary);
    }
    return left;
  };
  const single = (): Filter => {
    if (take('NOT') || take('!')) {
      const inner = single();
      return (summary) => !inner(summary);
    }
    if (take('(')) {
      const inner = either();
      return take(')') ? inner : expected(')');
    }
    if (tokens[0]?.kind !== 'word') return expected('a keyword');
    const { text: name } = tokens.shift() as Token;
    return name === 'service' ? service() : (FLAGS[name] ?? comparison(name));
  };
  /** `service()` is true of any trace, `service("name")` of those that went through it. */
  const service = (): Filter => {
    if (!take('(')) return expected('(');
    const name = tokens[0]?.kind === 'text' ? tokens.shift()?.text : undefined;
    if (!take(')')) return expected(')');
    return ({ services }) => name === undefined || services.some((each) => each.name === name);
  };
  const comparison = (name: string): Filter => {
    const read = readerOf(name) ?? refuse(expression, `${name} is not supported on this machine`);
    const operator = tokens.shift()?.text.toUpperCase() ?? '';
    const compare = COMPARISONS[operator];
    if (compare === undefined) return refuse(expression, `expected an operator after ${name}`);
    const wanted = value();
    return (summary) => read(summary).some((found) => compare(found, wanted));
  };
  const value = (): Value => {
    const token = tokens.shift();
    if (token?.kind === 'text') return token.text;
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind === 'word' && /^(true|false)$/i.test(token.text))
      return token.text.toLowerCase() === 'true';
    return refuse(expression, 'expected a value after an operator');
  };

  const filter = either();
  return tokens.length === 0 ? filter : expected('its end');
};
