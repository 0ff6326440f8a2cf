import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { HttpAnswer } from '../http-api/http.ts';

type Encodings = { readonly gzip: boolean; readonly brotli: boolean };

/** `Accept-Encoding` as CloudFront puts it into the cache's key and hands it to the origin: `br,gzip`, one of them, or nothing. */
export const normalizeEncodings = (acceptEncoding: string | undefined, supported: Encodings): string => {
  if (acceptEncoding === undefined) return '';
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
    .map((item) => item.split(';', 1)[0]?.trim());
  return [
    supported.brotli && accepted.includes('br') && 'br',
    supported.gzip && accepted.includes('gzip') && 'gzip',
  ]
    .filter(Boolean)
    .join(',');
};

/** The sizes that CloudFront compresses. */
const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;

/** The types that CloudFront compresses; `application/problem+json`, for one, is not among them. */
const TYPES: ReadonlySet<string> = new Set([
  ...'dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf rss+xml truetype ttf'
    .concat(' vnd.apple.mpegurl vnd.mapbox-vector-tile vnd.ms-fontobject wasm xhtml+xml xml x-font-opentype')
    .concat(' x-font-truetype x-font-ttf x-httpd-cgi x-javascript x-mpegurl x-opentype x-otf x-perl x-ttf')
    .split(' ')
    .map((type) => `application/${type}`),
  ...'eot opentype otf ttf'.split(' ').map((type) => `font/${type}`),
  ...'css csv html javascript js plain richtext tab-separated-values xml x-component x-java-source x-script'
    .split(' ')
    .map((type) => `text/${type}`),
  'image/svg+xml',
  'vnd.apple.mpegurl',
]);

const zip = promisify(gzip);
const squeeze = promisify(brotliCompress);

/** The answer, compressed as CloudFront would for a viewer that accepts `encodings`, Brotli before gzip. */
export const compress = async (answer: HttpAnswer, encodings: string): Promise<HttpAnswer> => {
  const size = typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length;
  if (encodings === '' || size < MIN_BYTES || size > MAX_BYTES || !isCompressible(answer)) return answer;
  const encoding = encodings.startsWith('br') ? 'br' : 'gzip';
  const body =
    encoding === 'br'
      ? await squeeze(answer.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : await zip(answer.body);
  const { etag, vary } = answer.headers;
  return {
    ...answer,
    body,
    headers: {
      ...answer.headers,
      'content-encoding': encoding,
      vary: [vary ?? [], 'Accept-Encoding'].flat().join(', '),
      // The bytes are others now, so the tag can only be a weak one.
      ...(typeof etag === 'string' && { etag: etag.startsWith('W/') ? etag : `W/${etag}` }),
    },
  };
};

const isCompressible = ({ status, headers }: HttpAnswer): boolean => {
  const type = String(headers['content-type'] ?? '').split(';', 1)[0];
  return (
    [200, 403, 404].includes(status) &&
    headers['content-encoding'] === undefined &&
    TYPES.has(type?.trim().toLowerCase() ?? '')
  );
};
