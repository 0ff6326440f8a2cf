import { BlockList, isIP } from 'node:net';
import { arnGlob, glob, type Matches, plain } from './glob.ts';

/** Compiles the value that a policy gives an operator. Throws, saying what is wrong with it. */
type Compile = (value: string) => Matches;

const compare =
  (read: (text: string) => number, what: string, holds: (actual: number, expected: number) => boolean) =>
  (value: string): Matches => {
    const expected = read(plain(value));
    if (Number.isNaN(expected)) throw new Error(`"${value}" is no ${what}`);
    return (text) => holds(read(text), expected);
  };

const comparisons = (
  kind: string,
  read: (text: string) => number,
  what: string,
): Record<string, Compile> => ({
  [`${kind}Equals`]: compare(read, what, (actual, expected) => actual === expected),
  [`${kind}LessThan`]: compare(read, what, (actual, expected) => actual < expected),
  [`${kind}LessThanEquals`]: compare(read, what, (actual, expected) => actual <= expected),
  [`${kind}GreaterThan`]: compare(read, what, (actual, expected) => actual > expected),
  [`${kind}GreaterThanEquals`]: compare(read, what, (actual, expected) => actual >= expected),
});

const readNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** ISO 8601, or seconds since 1970. */
const readDate = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const caseless =
  (value: string): Matches =>
  (text) =>
    text.toLowerCase() === plain(value).toLowerCase();

const bool: Compile = (value) => {
  if (!/^(true|false)$/i.test(value)) throw new Error(`"${value}" is neither true nor false`);
  return caseless(value);
};

const ipAddress: Compile = (value) => {
  const [address = '', bits] = plain(value).split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const prefix = bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits);
  const range = new BlockList();
  try {
    range.addSubnet(address, prefix, family);
  } catch {
    throw new Error(`"${value}" is no IP address or range`);
  }
  return (text) => isIP(text) !== 0 && range.check(text, isIP(text) === 6 ? 'ipv6' : 'ipv4');
};

const exact =
  (value: string): Matches =>
  (text) =>
    text === plain(value);

/** The condition operators, without those that only negate another. */
const operators: Readonly<Record<string, Compile>> = {
  StringEquals: exact,
  StringEqualsIgnoreCase: caseless,
  StringLike: glob,
  ArnEquals: arnGlob,
  ArnLike: arnGlob,
  BinaryEquals: exact,
  Bool: bool,
  Null: bool,
  IpAddress: ipAddress,
  ...comparisons('Numeric', readNumber, 'number'),
  ...comparisons('Date', readDate, 'date'),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

export interface Operator {
  readonly name: string;
  readonly compile: Compile;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly set: 'all' | 'any' | undefined;
}

/** `ForAllValues:StringNotLikeIfExists` in its parts; undefined for an operator that IAM doesn't have. */
export const readOperator = (text: string): Operator | undefined => {
  const [, quantifier, base = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(.+?)(IfExists)?$/.exec(text) ?? [];
  const name = negations[base] ?? base;
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (compile === undefined || (name === 'Null' && ifExists !== undefined)) return undefined;
  return {
    name,
    compile,
    negated: name !== base,
    ifExists: ifExists !== undefined,
    set: quantifier === undefined ? undefined : quantifier === 'ForAllValues:' ? 'all' : 'any',
  };
};
