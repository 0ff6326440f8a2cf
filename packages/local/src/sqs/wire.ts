import { randomUUID } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { queryCodeOf } from './errors.ts';

/** Errors that are not in SQS's own model come from the framework below it, and say so. */
const generic = new Set([
  'InvalidParameterValueException',
  'MissingRequiredParameterException',
  'UnknownOperationException',
]);

/** An answer of SQS's JSON protocol; an error also says what the older query protocol called it, as AWS does. */
export const answer = async (perform: () => Promise<object>): Promise<WireAnswer> => {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  try {
    return { status: 200, headers, body: JSON.stringify(await perform()) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status } = error;
    const fault = status < 500 ? 'Sender' : 'Receiver';
    return {
      status,
      headers: { ...headers, 'x-amzn-query-error': `${queryCodeOf(code)};${fault}` },
      body: JSON.stringify({
        __type: `${generic.has(code) ? 'com.amazon.coral.service' : 'com.amazonaws.sqs'}#${code}`,
        message,
      }),
    };
  }
};
