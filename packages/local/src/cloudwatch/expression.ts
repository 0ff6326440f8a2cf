import { validationError } from './series.ts';

/** Metric math, read. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(&&|\|\||[=!<>]=|[-+*/^<>()[\],]))/y;

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end';
  readonly text: string;
}

const tokensOf = (source: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = source.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const [, number, double, single, word, sign] =
      TOKEN.exec(source) ?? fail(source, source.slice(at).trim()[0]);
    const text = double ?? single;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return [...tokens, { kind: 'end', text: '' }];
};

const fail = (source: string, found = 'its end'): never => {
  throw validationError(`Error in expression '${source}': unexpected ${found}`);
};

/** The weakest first; those of one line bind alike. */
const LEVELS: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

/** Reads metric math. Throws ValidationException for what is none. */
export const parseExpression = (source: string): Expression => {
  const tokens = tokensOf(source);
  let at = 0;
  const next = (): Token => tokens[at] as Token;
  const take = (text: string): boolean => {
    if (next().text !== text || next().kind === 'text' || next().kind === 'end') return false;
    at += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!take(text)) fail(source, next().text || undefined);
  };

  const binary = (level: number): Expression => {
    const operators = LEVELS[level];
    if (operators === undefined) return single();
    let left = binary(level + 1);
    for (;;) {
      const operator = operators.find(take);
      if (operator === undefined) return left;
      left = { kind: 'operation', operator, left, right: binary(level + 1) };
    }
  };
  const list = (end: string): Expression[] => {
    const items: Expression[] = [];
    if (take(end)) return items;
    do items.push(binary(0));
    while (take(','));
    expect(end);
    return items;
  };
  const single = (): Expression => {
    if (take('-')) return { kind: 'negative', of: single() };
    if (take('[')) return { kind: 'list', items: list(']') };
    if (take('(')) {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    const { kind, text } = next();
    at += 1;
    if (kind === 'number') return { kind: 'number', value: Number(text) };
    if (kind === 'text') return { kind: 'text', value: text };
    if (kind !== 'word') return fail(source, text || undefined);
    return take('(') ? { kind: 'call', name: text, arguments: list(')') } : { kind: 'name', name: text };
  };

  const expression = binary(0);
  return next().kind === 'end' ? expression : fail(source, next().text);
};
