import { randomUUID } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import type { Request } from './decode.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';

/** A module's output in the protocol of the request. */
export const encodeOutput = (request: Request, output: unknown): WireAnswer => {
  const headers = { 'x-amzn-requestid': randomUUID() };
  if (request.protocol === 'query') {
    const { action } = request;
    const result = `<${action}Result>${toXml(output ?? {})}</${action}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${headers['x-amzn-requestid']}</RequestId></ResponseMetadata>`;
    const body = `<${action}Response xmlns="http://${request.prefix}.amazonaws.com/doc/">${result}${metadata}</${action}Response>`;
    return { status: 200, headers: { ...headers, 'content-type': 'text/xml' }, body };
  }
  const type = request.protocol === 'rest' ? 'application/json' : JSON_TYPE;
  return { status: 200, headers: { ...headers, 'content-type': type }, body: toJson(output ?? {}) };
};

/** An error in the protocol of the request; what is not an AwsError becomes a 500 that reveals nothing. */
export const encodeError = ({ protocol }: Pick<Request, 'protocol'>, thrown: unknown): WireAnswer => {
  const error = thrown instanceof AwsError ? thrown : internal(thrown);
  const { code, message, status, fields } = error;
  if (protocol === 'query') {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const body = `<ErrorResponse><Error><Type>${type}</Type>${toXml({ Code: queryCode(code), Message: message })}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
    return {
      status: code === 'AccessDeniedException' ? 403 : status,
      headers: { 'content-type': 'text/xml' },
      body,
    };
  }
  return {
    status: protocol === 'rest' && code === 'AccessDeniedException' ? 403 : status,
    headers: { 'content-type': JSON_TYPE, 'x-amzn-errortype': code, 'x-amzn-requestid': randomUUID() },
    // DynamoDB's and Lambda's clients read either spelling; some older models only the one that theirs names.
    body: JSON.stringify({ __type: code, message, Message: message, ...fields }),
  };
};

const internal = (thrown: unknown): AwsError => {
  console.error(thrown);
  return new AwsError('InternalServerError', 'The local cloud failed to answer; its log says why', 500);
};

const queryCode = (code: string): string => (code === 'AccessDeniedException' ? 'AuthorizationError' : code);

/** The JSON protocols write a time as seconds since 1970. */
const toJson = (output: unknown): string =>
  JSON.stringify(output, function (this: Record<string, unknown>, key, value) {
    const original = this[key];
    return original instanceof Date ? original.getTime() / 1000 : value;
  });

const toXml = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, item]) => `<${name}>${toXml(item)}</${name}>`)
      .join('');
  }
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
};
