import type { Invocation } from '../cloud.ts';
import { type HttpAnswer, message } from './http.ts';

interface FunctionResponse {
  readonly statusCode?: unknown;
  readonly headers?: Record<string, unknown>;
  readonly cookies?: readonly unknown[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

const internalServerError = message(500, 'Internal Server Error');

/** What API Gateway makes of a function's result, under payload format 2.0. */
export const toAnswer = ({ payload, functionError }: Invocation): HttpAnswer => {
  if (functionError !== undefined) return internalServerError;
  const result = payload === '' ? null : (JSON.parse(payload) as unknown);
  if (result === null || typeof result !== 'object' || !('statusCode' in result)) {
    // Anything but a response object is the body of a 200 itself.
    const body = typeof result === 'string' ? result : (payload ?? 'null');
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  return fromResponse(result);
};

const fromResponse = ({
  statusCode,
  headers,
  cookies,
  body,
  isBase64Encoded,
}: FunctionResponse): HttpAnswer => {
  const status = Number(statusCode);
  const isBodyUsable = body === undefined || body === null || typeof body === 'string';
  if (!Number.isInteger(status) || status < 100 || status > 599 || !isBodyUsable) return internalServerError;
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined && value !== null) result[name.toLowerCase()] = String(value);
  }
  if (cookies !== undefined && cookies.length > 0) result['set-cookie'] = cookies.map(String);
  result['content-type'] ??= 'text/plain;charset=UTF-8';
  const text = body ?? '';
  return { status, headers: result, body: isBase64Encoded === true ? Buffer.from(text, 'base64') : text };
};
