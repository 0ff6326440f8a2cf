import { StateError } from './asl/errors.ts';
import { type Call, type Fields, withMetadata } from './shapes.ts';

interface Answer {
  readonly StatusCode: number;
  readonly Payload?: string;
  readonly FunctionError?: string;
}

/** A function's own failure: its error type is the error name, its whole payload the cause. */
const toFailure = (payload: string): StateError => {
  const { errorType } = JSON.parse(payload) as { errorType?: string };
  if (errorType) return new StateError(errorType, payload);
  const cause = 'The cause could not be determined because Lambda did not return an error type.';
  return new StateError('Lambda.Unknown', `${cause} Returned payload: ${payload}`);
};

/** What a function returned. Throws what it failed with. */
export const readPayload = ({ FunctionError, Payload = 'null' }: Answer): unknown => {
  if (FunctionError !== undefined) throw toFailure(Payload);
  return JSON.parse(Payload);
};

const EXECUTED_VERSION = '$LATEST';
const HEADERS = { 'Content-Type': 'application/json', 'X-Amz-Executed-Version': EXECUTED_VERSION };

/** `lambda:invoke`: the payload goes in and comes out as a value. */
export const invokeFunction = async (call: Call, input: Fields): Promise<unknown> => {
  const { Payload: given = {} } = input;
  const answer = await call<Answer>('lambda', 'Invoke', { ...input, Payload: JSON.stringify(given) });
  const { StatusCode } = answer;
  const { InvocationType = 'RequestResponse' } = input;
  if (InvocationType !== 'RequestResponse')
    return { Payload: '', ...withMetadata({}, {}, StatusCode), StatusCode };
  const Payload = readPayload(answer);
  return { ExecutedVersion: EXECUTED_VERSION, Payload, ...withMetadata({}, HEADERS), StatusCode };
};
