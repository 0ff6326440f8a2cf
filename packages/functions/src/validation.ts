import { type GenericSchema, getDotPath, type InferOutput, safeParse } from 'valibot';

/** One fault of an input, at a path such as `lines.0.quantity`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The faults that an answer lists at most: a thousand bad lines need no thousand messages. */
export const MAX_FAULTS = 20;

/** The name of an unknown field is the sender's own, and may be as long as a body. */
export const MAX_FIELD = 100;

/** A fault says what is expected. Valibot quotes what was received, too: a password, somebody's address, anything. */
const messageOf = ({ message, received }: { message: string; received: string }): string =>
  message.replace(` but received ${received}`, '').replace(`: Received ${received}`, '');

/** Checks a value. Gives the schema's output, or what is wrong with which field. */
export const validate = <Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
): { value: InferOutput<Schema> } | { errors: readonly FieldError[] } => {
  const result = safeParse(schema, value);
  if (result.success) return { value: result.output };
  return {
    errors: result.issues.slice(0, MAX_FAULTS).map((issue) => ({
      field: (getDotPath(issue) ?? '').slice(0, MAX_FIELD),
      message: messageOf(issue),
    })),
  };
};

/** `quantity: Invalid type …; lines: …`, for a log line or an error message. */
export const describeErrors = (errors: readonly FieldError[]): string =>
  errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
