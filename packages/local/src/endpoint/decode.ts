import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type Api, AwsError, type WireRequest } from '../cloud.ts';
import { decodeForm } from './query.ts';
import type { Dialect, Request } from './request.ts';
import { type Service, serviceOfScope, serviceOfTarget, serviceOfVersion } from './services.ts';
import { SignatureError } from './signature-error.ts';

/** Finds the module of a service. */
type Find = (prefix: string) => Pick<Api, 'route'>;

const unknown: Service = { prefix: '' };

/** Which protocol and service a request is for. */
export const dialectOf = ({ method, url, headers, body }: WireRequest): Dialect => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { protocol: 'json', service: serviceOfTarget(target.split('.')[0] as string) ?? unknown };
  }
  // An object of S3 may be a form, too.
  if (url === '/' && headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const version = /(?:^|&)Version=([^&]*)/.exec(body.toString('latin1'))?.[1] ?? '';
    return { protocol: 'query', service: serviceOfVersion(version) ?? unknown };
  }
  // A browser asks S3 whether it may send a request before it signs one.
  const service =
    serviceOfScope(credentialOf(url, headers)) ?? (method === 'OPTIONS' ? { prefix: 's3' } : unknown);
  return { protocol: 'rest', service };
};

const credentialOf = (url: string, { authorization }: IncomingHttpHeaders): string => {
  if (authorization !== undefined) return /Credential=([^,\s]+)/.exec(authorization)?.[1] ?? '';
  return url.includes('X-Amz-Credential=') ? (queryOf(url).get('X-Amz-Credential') ?? '') : '';
};

/** Tells which action a request is for. Throws an AwsError for what no AWS service would take. */
export const decode = (dialect: Dialect, request: WireRequest, find: Find): Request => {
  if (dialect.protocol === 'json') return decodeJson(dialect, request);
  if (dialect.protocol === 'query') {
    const form = decodeForm(request.body);
    if (dialect.service === unknown)
      throw new AwsError('InvalidAction', `There is no API of version ${form.version}`);
    return { ...dialect, ...form };
  }
  return decodeRest(dialect, request, find);
};

const decodeJson = (dialect: Dialect, { method, headers, body }: WireRequest): Request => {
  const [, action = ''] = (headers['x-amz-target'] as string).split('.');
  const type = headers['content-type'] ?? '';
  if (method !== 'POST' || (body.length > 0 && !/^application\/(x-amz-json-1\.[01]|json)\b/.test(type))) {
    throw new AwsError('UnknownOperationException', '', 404);
  }
  const input = parse(body);
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw new AwsError(
      'SerializationException',
      Array.isArray(input) ? 'Start of list found where not expected' : '',
    );
  }
  if (dialect.service === unknown || action === '') throw new AwsError('UnknownOperationException', '');
  return { ...dialect, action, input };
};

const decodeRest = (dialect: Dialect, request: WireRequest, find: Find): Request => {
  const { method, url, headers, body } = request;
  const { prefix } = dialect.service;
  if (prefix === '') throw new SignatureError('missing', 'Missing Authentication Token');
  const path = url.split('?', 1)[0] as string;
  const asked = find(prefix).route?.({ method, path, query: queryOf(url), headers, body });
  if (asked === undefined) throw new AwsError('UnknownOperationException', '', 404);
  return { ...dialect, ...asked };
};

const queryOf = (url: string): URLSearchParams => {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
};

/** The JSON of a request's body. */
export const parse = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    // A big call to CloudWatch comes compressed; JSON never starts with that byte.
    return JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString());
  } catch {
    throw new AwsError('SerializationException', '');
  }
};
