import { placeIn } from './text-place.ts';

/** What EventBridge's JSON parser sees: structure, a field's name, or a value. */
export type Token = '{' | '}' | '[' | ']' | 'name' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

export interface Tokens {
  next(): Token;
  /** What the current token says: a name, a string's content, a number as it is written. */
  text(): string;
  /** Throws a {@link MalformedPattern} that points at where the reading is. */
  fail(reason: string): never;
}

/** A pattern that is refused at a place of its text. */
export class MalformedPattern extends Error {
  override readonly name = 'MalformedPattern';
}

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
const CONTENT = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})|[\x7f-\x9f])*/uy;
/**
 * Reads a pattern token by token, as EventBridge does: a repeated key counts each time, a number keeps its spelling,
 * and what follows the pattern's last brace is not looked at.
 */
export const createTokens = (source: string): Tokens => {
  let at = 0;
  let token: Token = 'end';
  let name = '';
  let said = '';
  /** A string's content is read when it is asked for: AWS's messages point behind its opening quote until then. */
  let unread = false;
  /** A field's value, met together with the field's name. */
  let value: Token | undefined;
  let first = true;
  const open: { readonly close: '}' | ']'; readonly at: number }[] = [];

  const place = (offset: number) => placeIn(source, offset);
  const failAt = (offset: number, reason: string): never => {
    throw new MalformedPattern(`${reason}\n at ${place(offset)}`);
  };
  const unexpected = (expected: string): never => {
    const character = source[at];
    const container = open.at(-1);
    if (character !== undefined)
      return failAt(
        at,
        `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expected}`,
      );
    if (container === undefined) return failAt(at, 'Unexpected end-of-input');
    const kind = container.close === '}' ? 'Object' : 'Array';
    const reason = `Unexpected end-of-input: expected close marker for ${kind}`;
    return failAt(at, `${reason} (start marker at ${place(container.at)})`);
  };
  const take = (expression: RegExp): string => {
    expression.lastIndex = at;
    const found = expression.exec(source)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const skipSpace = () => {
    take(SPACE);
    if (source[at] === '/')
      unexpected(
        "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
      );
  };
  const content = (): string => {
    const raw = take(CONTENT);
    if (source[at] === '"') {
      at++;
      return JSON.parse(`"${raw}"`) as string;
    }
    const code = source.charCodeAt(at);
    if (Number.isNaN(code))
      return failAt(at, 'Unexpected end-of-input: was expecting closing quote for a string value');
    if (source[at] !== '\\') {
      const reason = `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped using backslash`;
      return failAt(at, `${reason} to be included in string value`);
    }
    const escaped = source[at + 1] ?? '';
    return failAt(at + 1, `Unrecognized character escape '${escaped}' (code ${escaped.charCodeAt(0)})`);
  };
  const finishString = () => {
    if (!unread) return;
    unread = false;
    said = content();
  };
  const close = (mark: '}' | ']'): Token => {
    const container = open.pop();
    if (container?.close === mark) {
      at++;
      said = mark;
      return mark;
    }
    const expected = container?.close ?? '';
    const kind = expected === '}' ? 'Object' : 'Array';
    const from = place(container?.at ?? 0);
    return failAt(
      at,
      `Unexpected close marker '${mark}': expected '${expected}' (for ${kind} starting at ${from})`,
    );
  };
  const readValue = (): Token => {
    const character = source[at];
    if (character === '"') {
      at++;
      unread = true;
      return 'string';
    }
    if (character === '{' || character === '[') {
      open.push({ close: character === '{' ? '}' : ']', at });
      first = true;
      at++;
      said = character;
      return character;
    }
    said = take(NUMBER);
    if (said !== '') return 'number';
    const word = take(WORD);
    if (word === '') return unexpected(`expected a valid value ${VALUES}`);
    if (word !== 'true' && word !== 'false' && word !== 'null')
      return failAt(at, `Unrecognized token '${word}': was expecting ${VALUES}`);
    said = word;
    return word;
  };
  const readMember = (): Token => {
    if (source[at] !== '"') return unexpected('was expecting double-quote to start field name');
    at++;
    name = content();
    skipSpace();
    if (source[at] !== ':') return unexpected('was expecting a colon to separate field name and value');
    at++;
    skipSpace();
    value = readValue();
    return 'name';
  };
  const step = (): Token => {
    if (value !== undefined) {
      const met = value;
      value = undefined;
      return met;
    }
    finishString();
    skipSpace();
    const container = open.at(-1);
    if (container === undefined) return at < source.length && token === 'end' ? readValue() : 'end';
    const character = source[at];
    if (character === '}' || character === ']') {
      const mark = close(character);
      first = false;
      return mark;
    }
    if (!first) {
      const kind = container.close === '}' ? 'Object' : 'Array';
      if (character !== ',') return unexpected(`was expecting comma to separate ${kind} entries`);
      at++;
      skipSpace();
    }
    first = false;
    return container.close === '}' ? readMember() : readValue();
  };
  return {
    next() {
      token = step();
      return token;
    },
    text() {
      if (token === 'name') return name;
      finishString();
      return said;
    },
    fail: (reason) => failAt(at, reason),
  };
};
