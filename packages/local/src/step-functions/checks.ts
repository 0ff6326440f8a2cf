import { AwsError } from '../cloud.ts';

const failed = (field: string, value: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value${value} at '${field}' failed to satisfy constraint: Member must ${constraint}`,
  );

/** A field that a request must have. */
export const required = (field: string, value: string | undefined): string => {
  if (value === undefined || value === null) throw failed(field, ' null', 'not be null');
  return value;
};

/** Data that AWS keeps out of its messages. */
export const checkLength = (field: string, value: string | undefined, max: number): void => {
  if (value !== undefined && value.length > max)
    throw failed(field, '', `have length less than or equal to ${max}`);
};

export const checkOneOf = (field: string, value: string | undefined, allowed: readonly string[]): void => {
  if (value !== undefined && !allowed.includes(value))
    throw failed(field, ` '${value}'`, `satisfy enum value set: [${allowed.join(', ')}]`);
};

export const checkPageSize = (value: number | undefined): void => {
  if (value !== undefined && value > 1000)
    throw failed('maxResults', ` '${value}'`, 'have value less than or equal to 1000');
  if (value !== undefined && value < 0)
    throw failed('maxResults', ` '${value}'`, 'have value greater than or equal to 0');
};

const MAX_NAME = 80;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]+$/u;

/** The name of an execution. */
export const checkName = (name: string): void => {
  if (name.length > MAX_NAME)
    throw failed('name', ` '${name}'`, `have length less than or equal to ${MAX_NAME}`);
  if (name === '') throw failed('name', " ''", 'have length greater than or equal to 1');
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
};

/** AWS's limit on the input of an execution and the output of a task, in bytes. */
const MAX_DATA_BYTES = 262_144;

/** JSON text that an execution is given; `what` is what AWS's messages call it. */
export const readJson = (
  text: string,
  { field, code, what }: { field: string; code: string; what: string },
): unknown => {
  checkLength(field, text, MAX_DATA_BYTES);
  if (text.length * 3 > MAX_DATA_BYTES && Buffer.byteLength(text) > MAX_DATA_BYTES)
    throw new AwsError(code, `${what}: 'larger than ${MAX_DATA_BYTES} bytes'`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError(code, `${what}: '${(error as Error).message}'`);
  }
};

/** Error and cause as StopExecution and SendTaskFailure take them. */
export const readFailure = ({ error, cause }: { readonly error?: string; readonly cause?: string }) => {
  checkLength('error', error, 256);
  checkLength('cause', cause, 32_768);
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
};
