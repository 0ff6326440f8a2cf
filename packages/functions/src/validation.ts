import { type GenericSchema, getDotPath, type InferOutput, safeParse } from 'valibot';

/** One fault of an input, at a path such as `lines.0.quantity`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The faults that an answer lists at most: a thousand bad lines need no thousand messages. */
export const MAX_FAULTS = 20;

/** A fault's text quotes what was received, which may be as long as a body. */
const MAX_TEXT = 200;

/** Checks a value. Gives the schema's output, or what is wrong with which field. */
export const validate = <Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
): { value: InferOutput<Schema> } | { errors: readonly FieldError[] } => {
  const result = safeParse(schema, value);
  if (result.success) return { value: result.output };
  return {
    errors: result.issues
      .slice(0, MAX_FAULTS)
      .map((issue) => ({ field: getDotPath(issue) ?? '', message: issue.message.slice(0, MAX_TEXT) })),
  };
};

/** `quantity: Invalid type …; lines: …`, for a log line or an error message. */
export const describeErrors = (errors: readonly FieldError[]): string =>
  errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
