import { isExpression } from './expressions.ts';

/** Takes down a problem: AWS's code and text, and where in the definition it is. */
export type Report = (code: Code, message: string, place: string | undefined) => void;
type Code =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'DUPLICATE_STATE_NAME'
  | 'DUPLICATE_VARIABLE_NAME'
  /** What AWS runs, but nothing here does. */
  | 'UNSUPPORTED';
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isFilled = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0;

export const schema = (report: Report, message: string, place: string): void =>
  report('SCHEMA_VALIDATION_FAILED', message, place);

/** The fields that a part may have; AWS places a problem at the part, not at the field. */
export const checkFields = (part: Json, fields: readonly string[], place: string, report: Report): void => {
  for (const field of Object.keys(part))
    if (!fields.includes(field)) schema(report, `Field '${field}' is not supported`, place);
};

export const checkRequired = (part: Json, fields: readonly string[], place: string, report: Report): void => {
  const missing = fields.filter((field) => part[field] === undefined);
  if (missing.length > 0) schema(report, `These fields are required: [${missing.join(', ')}]`, place);
};

export const checkOneOf = (part: Json, fields: readonly string[], place: string, report: Report): void => {
  const given = fields.filter((field) => part[field] !== undefined);
  if (given.length > 1)
    schema(report, `There should only be one of the following fields: [${given.join(', ')}]`, place);
};

const TYPES = {
  STRING: (value: unknown) => typeof value === 'string',
  OBJECT: isObject,
  ARRAY: Array.isArray,
  BOOLEAN: (value: unknown) => typeof value === 'boolean',
  NUMBER: (value: unknown) => typeof value === 'number',
} as const;

/** Whether a field is absent or of a type; reports it otherwise. */
export const checkType = (
  value: unknown,
  type: keyof typeof TYPES,
  place: string,
  report: Report,
): boolean => {
  if (value === undefined || TYPES[type](value)) return true;
  schema(report, `Expected value of type [${type}]`, place);
  return false;
};

export const checkEnum = (value: unknown, values: readonly string[], place: string, report: Report): void => {
  if (!checkType(value, 'STRING', place, report) || value === undefined) return;
  if (!values.includes(String(value)))
    schema(report, `Value should be one of the following: [${values.join(', ')}]`, place);
};

/** A number within bounds, or an expression that gives one where `expression` allows that. */
export const checkNumber = (
  value: unknown,
  place: string,
  report: Report,
  {
    min = 0,
    max = 99_999_999,
    fraction = false,
    expression = false,
  }: { min?: number; max?: number; fraction?: boolean; expression?: boolean } = {},
): void => {
  if (expression && isExpression(value)) return;
  if (!checkType(value, 'NUMBER', place, report) || typeof value !== 'number') return;
  const bound = (limit: number) => (fraction ? limit.toFixed(1) : String(limit));
  if (value < min) schema(report, `Minimum value is ${bound(min)}`, place);
  if (value > max) schema(report, `Maximum value is ${bound(max)}`, place);
  if (!fraction && !Number.isInteger(value)) schema(report, 'Expected value of type [INTEGER]', place);
};
