import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AwsError, WireAnswer } from '../cloud.ts';
import type { Dialect, Request } from './request.ts';
import type { Service } from './services.ts';
import { toXml } from './xml.ts';

/** A module's output in the protocol of the request. */
export const encodeOutput = (request: Request, output: unknown): WireAnswer => {
  const id = randomUUID();
  if (request.protocol === 'query') {
    const { action, service } = request;
    const result = `<${action}Result>${toXml(output ?? {})}</${action}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`;
    const body = `<${action}Response xmlns="${service.namespace}">${result}${metadata}</${action}Response>`;
    return { status: 200, headers: { 'x-amzn-requestid': id, 'content-type': 'text/xml' }, body };
  }
  return {
    status: 200,
    headers: { 'x-amzn-requestid': id, 'content-type': jsonType(request) },
    body: toJson(output ?? {}),
  };
};

const jsonType = ({ protocol, service }: Dialect): string =>
  protocol === 'rest' ? 'application/json' : `application/x-amz-json-${service.json ?? '1.1'}`;

/** An error in the protocol of the request. */
export const encodeError = (dialect: Dialect | Request, error: AwsError): WireAnswer =>
  dialect.protocol === 'query' ? queryError(dialect, error) : jsonError(dialect, error);

const jsonError = ({ protocol, service }: Dialect, error: AwsError): WireAnswer => {
  const { code, message, status, fields } = error;
  const isRest = protocol === 'rest';
  const body = JSON.stringify({
    __type: isRest ? code : typeOf(service, code),
    // DynamoDB's and Lambda's clients read either spelling; some older models only the one that theirs names.
    ...(message !== '' && { message, Message: message }),
    ...fields,
  });
  const headers: Record<string, string> = {
    'x-amzn-requestid': randomUUID(),
    'content-type': jsonType({ protocol, service }),
    ...(isRest && { 'x-amzn-errortype': code }),
    ...(service.prefix === 'dynamodb' && { 'x-amz-crc32': String(crc32(body)) }),
    ...(service.queryErrors && { 'x-amzn-query-error': `${queryCode(code)};${faultOf(status)}` }),
  };
  return { status: isRest && code === 'AccessDeniedException' ? 403 : status, headers, body };
};

const faultOf = (status: number): string => (status < 500 ? 'Sender' : 'Receiver');

/** Errors of the framework below all services, which are in no service's own model. */
const framework: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

const typeOf = ({ namespace }: Service, code: string): string => {
  if (namespace === undefined || code.includes('#')) return code;
  if (code === 'ValidationException') return `com.amazon.coral.validate#${code}`;
  return `${framework.has(code) ? 'com.amazon.coral.service' : namespace}#${code}`;
};

/** What the query protocol calls an error of the JSON protocols. */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  KmsAccessDenied: 'KMS.AccessDeniedException',
  UnknownOperationException: 'InvalidAction',
};

const queryCode = (code: string): string => queryCodes[code] ?? code;

const queryError = (dialect: Dialect | Request, { code, message, status }: AwsError): WireAnswer => {
  const id = randomUUID();
  const { service } = dialect;
  // SNS has a name of its own for it.
  const denied = code === 'AccessDeniedException';
  const error = {
    Type: faultOf(status),
    Code: denied && service.prefix === 'sns' ? 'AuthorizationError' : queryCode(code),
    Message: code === 'UnknownOperationException' ? unknownAction(dialect) : message,
  };
  const body = `<ErrorResponse xmlns="${service.namespace ?? 'http://webservices.amazon.com/AWSFault/2005-15-09'}"><Error>${toXml(error)}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
  return {
    status: denied ? 403 : code === 'UnknownOperationException' ? 400 : status,
    headers: { 'x-amzn-requestid': id, 'content-type': 'text/xml' },
    body,
  };
};

const unknownAction = (dialect: Dialect | Request): string =>
  'action' in dialect ? `Could not find operation ${dialect.action} for version ${dialect.version}` : '';

/** The JSON protocols write a time as seconds since 1970, and bytes in base64. */
const toJson = (output: unknown): string =>
  JSON.stringify(output, function (this: Record<string, unknown>, key, value) {
    const original = this[key];
    if (original instanceof Date) return original.getTime() / 1000;
    return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
  });
