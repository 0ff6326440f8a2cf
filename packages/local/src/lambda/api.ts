import { type Api, AwsError, type WireAnswer } from '../cloud.ts';
import { refusal } from './failures.ts';

export interface InvokeInput {
  /** Name or ARN, with or without a qualifier. */
  readonly FunctionName: string;
  readonly Qualifier?: string | undefined;
  readonly InvocationType?: string | undefined;
  /** Base64 of a JSON object. */
  readonly ClientContext?: string | undefined;
  /** The trace that the invocation is part of. */
  readonly TraceHeader?: string | undefined;
  /** JSON text, or a value that becomes it. */
  readonly Payload?: unknown;
}

/** Goes into a header of its own; no caller sees it among the fields. */
export const REQUEST_ID = Symbol('request id');

export interface Output {
  readonly StatusCode: number;
  readonly FunctionError?: 'Unhandled';
  /** JSON text. */
  readonly Payload?: string;
  readonly [REQUEST_ID]: string;
}

/** 6 MB: Lambda's limit of a request. */
const MAX_BYTES = 6 * 1024 * 1024;
/** 1 MB: its limit of an event that nobody waits for. */
const MAX_ASYNC_BYTES = 1024 * 1024;

export const route: NonNullable<Api['route']> = ({ method, path, query, headers, body }) => {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (method !== 'POST' || name === undefined) return undefined;
  const input: InvokeInput = {
    FunctionName: decoded(name),
    InvocationType: headers['x-amz-invocation-type'] as string | undefined,
    ClientContext: headers['x-amz-client-context'] as string | undefined,
    TraceHeader: headers['x-amzn-trace-id'] as string | undefined,
    Qualifier: query.get('Qualifier') ?? undefined,
    Payload: body.length === 0 ? undefined : body.toString(),
  };
  return { action: 'Invoke', input };
};

/** What can't be decoded is the name of no function. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export const encode = ({
  StatusCode,
  FunctionError,
  Payload = '',
  [REQUEST_ID]: id,
}: Output): WireAnswer => ({
  status: StatusCode,
  headers: {
    'content-type': 'application/json',
    'x-amzn-requestid': id,
    'x-amz-executed-version': '$LATEST',
    ...(FunctionError !== undefined && { 'x-amz-function-error': FunctionError }),
  },
  body: Payload,
});

/** A function's name and the qualifier, from `name`, `name:qualifier`, an ARN, or an ARN with a qualifier. */
export const nameOf = ({ FunctionName, Qualifier }: Pick<InvokeInput, 'FunctionName' | 'Qualifier'>) => {
  const parts = FunctionName.startsWith('arn:') ? FunctionName.split(':').slice(6) : FunctionName.split(':');
  const [name = '', qualifier = Qualifier] = parts;
  return { name, qualifier };
};

/** The event as JSON text. Throws what Lambda says of one that is too large, or no JSON. */
export const eventOf = ({ Payload = '{}', InvocationType }: InvokeInput): string => {
  const isText = typeof Payload === 'string';
  const event = isText ? Payload : JSON.stringify(Payload);
  const limit = InvocationType === 'Event' ? MAX_ASYNC_BYTES : MAX_BYTES;
  if (event.length * 3 > limit && Buffer.byteLength(event) > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw refusal('RequestTooLargeException', message, 413);
  }
  if (isText) parse(event, 'Could not parse request body into json: Could not parse payload into json');
  return event;
};

export const clientContextOf = ({ ClientContext }: InvokeInput): unknown =>
  ClientContext === undefined
    ? undefined
    : parse(
        Buffer.from(ClientContext, 'base64').toString(),
        'Client context must be a valid Base64-encoded JSON object',
      );

const parse = (text: string, complaint: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal('InvalidRequestContentException', `${complaint}: ${(error as Error).message}`, 400);
  }
};

const TYPES = ['Event', 'RequestResponse', 'DryRun'];

export const typeOf = ({ InvocationType = 'RequestResponse' }: InvokeInput): string => {
  if (TYPES.includes(InvocationType)) return InvocationType;
  const message = `1 validation error detected: Value '${InvocationType}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [${TYPES.join(', ')}]`;
  throw new AwsError('ValidationException', message);
};
