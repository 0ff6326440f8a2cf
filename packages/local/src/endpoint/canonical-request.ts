import { hash } from 'node:crypto';
import type { WireRequest } from '../cloud.ts';
import { SignatureError } from './signature-error.ts';

/** The text that Signature Version 4 signs for a request. S3 signs paths as they are, and may leave the body out. */
export const canonicalRequest = (request: WireRequest, signedHeaders: string, isS3: boolean): string => {
  const { method, url, headers } = request;
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : canonicalQuery(url.slice(question + 1));
  let lines = '';
  for (const name of signedHeaders.split(';')) lines += `${name}:${canonicalValue(headers[name])}\n`;
  return `${method}\n${isS3 ? path : canonicalPath(path)}\n${query}\n${lines}\n${signedHeaders}\n${payloadHash(request, isS3)}`;
};

const canonicalValue = (value: string | readonly string[] | undefined): string => {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  return text.includes('  ') ? text.trim().replace(/ +/g, ' ') : text.trim();
};

/** RFC 3986, which `encodeURIComponent` stops short of. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** All services but S3 encode the path a second time. */
const canonicalPath = (path: string): string => (path === '/' ? path : path.split('/').map(encode).join('/'));

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [recode(name), recode(value.join('='))] as const;
    })
    .sort(([name, value], [other, otherValue]) => compare(name, other) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** In the order of the characters' codes, as AWS sorts. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const recode = (text: string): string => {
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return text;
  }
};

const payloadHash = ({ headers, body }: WireRequest, isS3: boolean): string => {
  if (!isS3) return hash('sha256', body);
  const given = headers['x-amz-content-sha256'];
  if (typeof given !== 'string') {
    throw new SignatureError('incomplete', 'Missing required header for this request: x-amz-content-sha256');
  }
  // `UNSIGNED-PAYLOAD` and the `STREAMING-` kinds are signed as those words.
  if (/^[0-9a-f]{64}$/.test(given) && given !== hash('sha256', body)) {
    throw new SignatureError(
      'altered',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return given;
};
