import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Invocation } from '../cloud.ts';
import { type HttpAnswer, message } from './http.ts';

interface FunctionResponse {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const internalServerError = message(500, 'Internal Server Error');

/** Headers that belong to one connection, or that API Gateway sets: a function has no say in them. */
const NOT_FOR_FUNCTIONS: ReadonlySet<string> = new Set([
  'apigw-requestid',
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What API Gateway makes of a function's result, under payload format 2.0. */
export const toAnswer = ({ payload, functionError }: Invocation): HttpAnswer => {
  if (functionError !== undefined) return internalServerError;
  const result = payload === '' ? null : (JSON.parse(payload) as unknown);
  if (result !== null && typeof result === 'object' && 'statusCode' in result) {
    return fromResponse(result) ?? internalServerError;
  }
  // Anything but a response object is the body of a 200 itself.
  const body = typeof result === 'string' ? result : payload;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
};

/** Undefined for a response that is malformed. */
const fromResponse = ({
  statusCode,
  headers,
  cookies = [],
  body,
  isBase64Encoded,
}: FunctionResponse): HttpAnswer | undefined => {
  const status = typeof statusCode === 'string' ? Number(statusCode || Number.NaN) : statusCode;
  // 1xx would announce another answer.
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    return undefined;
  const named = toHeaders(headers);
  const bytes = toBody(body, isBase64Encoded);
  if (named === undefined || bytes === undefined || !areCookies(cookies)) return undefined;
  if (cookies.length > 0) named['set-cookie'] = [named['set-cookie'] ?? [], cookies].flat();
  named['content-type'] ??= 'text/plain; charset=utf-8';
  return { status, headers: named, body: bytes };
};

const toHeaders = (headers: unknown): Record<string, string | readonly string[]> | undefined => {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) return undefined;
  const result: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase();
    if (value === null || NOT_FOR_FUNCTIONS.has(name)) continue;
    if (typeof value === 'object' || !isHeader(name, String(value))) return undefined;
    result[name] = String(value);
  }
  return result;
};

const isHeader = (name: string, value: string): boolean => {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
};

const areCookies = (cookies: unknown): cookies is readonly string[] =>
  Array.isArray(cookies) &&
  cookies.every((cookie) => typeof cookie === 'string' && isHeader('set-cookie', cookie));

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const toBody = (body: unknown, isBase64Encoded: unknown): string | Buffer | undefined => {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') return undefined;
  if (isBase64Encoded !== true) return body;
  return isBase64(body) ? Buffer.from(body, 'base64') : undefined;
};
