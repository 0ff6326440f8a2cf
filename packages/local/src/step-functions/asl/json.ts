import { StateError } from './errors.ts';

/** AWS's limit on the input, output and result of a state, in bytes of UTF-8. */
const MAX_DATA_BYTES = 262_144;

const texts = new WeakMap<object, string>();

/** JSON text of a value. Values never change once they are there, so each is written once however often it is needed. */
export const text = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const known = texts.get(value);
  if (known !== undefined) return known;
  const written = JSON.stringify(value);
  texts.set(value, written);
  return written;
};

/** What a value is after a round trip through JSON: nobody else holds it, and nothing but JSON is in it. */
export const copyOf = (value: unknown): unknown => {
  const written = JSON.stringify(value) ?? 'null';
  const copy: unknown = JSON.parse(written);
  if (typeof copy === 'object' && copy !== null) texts.set(copy, written);
  return copy;
};

/** A character takes three bytes at most, so most texts need no counting. */
const bytes = (written: string) => (written.length * 3 > MAX_DATA_BYTES ? Buffer.byteLength(written) : 0);

export const isTooLarge = (value: unknown): boolean => bytes(text(value)) > MAX_DATA_BYTES;

/** The cause of every result that is larger than the service limit. */
export const tooLarge = (name: string): string =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** @throws StateError for data of a state that is larger than the service limit; no wildcard matches that */
export const assertSize = (name: string, value: unknown): void => {
  if (isTooLarge(value)) throw new StateError('States.DataLimitExceeded', tooLarge(name), { terminal: true });
};

/** AWS's limit on all variables of an execution together, in bytes. */
const MAX_VARIABLES_BYTES = 10_485_760;

/** @throws StateError where one assignment, or all variables together, are larger than the service limit */
export const assertVariables = (
  state: string,
  assigned: Readonly<Record<string, unknown>>,
  all: Readonly<Record<string, unknown>>,
): void => {
  const cause = (limit: number) =>
    `The variables of the state '${state}' exceed the limit of ${limit} bytes.`;
  const size = (variables: object) =>
    Object.values(variables).reduce<number>((sum, value) => sum + Buffer.byteLength(text(value)), 0);
  if (size(assigned) > MAX_DATA_BYTES)
    throw new StateError('States.DataLimitExceeded', cause(MAX_DATA_BYTES), { terminal: true });
  if (size(all) > MAX_VARIABLES_BYTES)
    throw new StateError('States.DataLimitExceeded', cause(MAX_VARIABLES_BYTES), { terminal: true });
};
