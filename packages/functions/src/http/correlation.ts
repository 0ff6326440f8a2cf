import type { Context } from 'aws-lambda';
import type { HttpEvent } from './input.ts';

/** Letters, digits and a few signs: nothing that could break a header, a log line or a query on logs. */
const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** The caller's correlation id if it is sane, else the API's request id, or Lambda's where an event has none. */
export const correlationIdOf = (
  { headers, requestContext }: Pick<HttpEvent, 'headers' | 'requestContext'>,
  { awsRequestId }: Context,
): string => {
  const given = headers?.['x-correlation-id'];
  return given !== undefined && SANE.test(given) ? given : (requestContext?.requestId ?? awsRequestId);
};
