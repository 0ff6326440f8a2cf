import { literal, type Matches } from './glob.ts';

/** The values of a condition key in one request, by the key's lower-case name; undefined where it has none. */
export type Lookup = (key: string) => readonly string[] | undefined;

/** A pattern for one request; undefined where a variable in it has no value, so that it matches nothing. */
export type Bind = (lookup: Lookup) => Matches | undefined;

const VARIABLE = /^\$\{(.*)\}$/;

export const holdsVariables = (text: string): boolean => text.includes('${');

/**
 * Compiles a text that holds policy variables: `${aws:PrincipalArn}`, `${aws:username, 'nobody'}`, and `${*}`, `${?}`
 * and `${$}` for those characters themselves.
 */
export const bindVariables = (text: string, compile: (pattern: string) => Matches): Bind => {
  const pieces = text.split(/(\$\{[^}]*\})/).map(readPiece);
  return (lookup) => {
    let pattern = '';
    for (const piece of pieces) {
      const value = typeof piece === 'string' ? piece : piece(lookup);
      if (value === undefined) return undefined;
      pattern += value;
    }
    return compile(pattern);
  };
};

const readPiece = (piece: string): string | ((lookup: Lookup) => string | undefined) => {
  const [, name] = VARIABLE.exec(piece) ?? [];
  if (name === undefined) return piece;
  if (name === '*' || name === '?' || name === '$') return literal(name);
  const [, key = name, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(name) ?? [];
  return (lookup) => {
    const value = lookup(key.trim().toLowerCase())?.[0] ?? fallback;
    return value === undefined ? undefined : literal(value);
  };
};
