import { AwsError, type WireAnswer } from '../cloud.ts';
import type { Bucket } from './buckets.ts';
import { isUnchanged } from './conditions.ts';
import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, KEPT_HEADERS, text } from './input.ts';
import type { StoredObject } from './objects.ts';

/** The version that a read asks for; throws S3's error where there is none. */
export const find = ({ objects }: Pick<Ground, 'objects'>, bucket: Bucket, input: Input): StoredObject => {
  const { Key = '' } = input;
  const versionId = text(input, 'VersionId');
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string');
  if (versionId === undefined) {
    const newest = objects.newest(bucket, Key);
    if (newest === undefined || newest.isDeleteMarker) throw noSuchKey();
    return newest;
  }
  const version = objects.version(bucket, Key, versionId);
  if (version === undefined) throw noSuchVersion();
  if (version.isDeleteMarker) throw methodNotAllowed();
  return version;
};

/** The headers that describe an object, wherever it is read. */
const describe = (object: StoredObject): Record<string, string> => ({
  ...object.headers,
  etag: object.etag,
  'last-modified': new Date(object.lastModified).toUTCString(),
  'accept-ranges': 'bytes',
  'x-amz-server-side-encryption': 'AES256',
  ...(object.versionId !== undefined && { 'x-amz-version-id': object.versionId }),
});

/** One range; where there are several, or none that can be understood, the whole object is the answer. */
const rangeOf = (header: string | undefined, size: number): { start: number; end: number } | undefined => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  if (start >= size || (from === '' && Number(to) === 0))
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { start, end };
};

const checksumHeaders = (input: Input, { checksum }: StoredObject): Record<string, string> =>
  checksum === undefined || text(input, 'ChecksumMode')?.toUpperCase() !== 'ENABLED'
    ? {}
    : { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };

/** `response-content-type` and its like: headers that the reader wants instead of the object's own. */
const overrides = (input: Input): Record<string, string> =>
  Object.fromEntries(
    Object.entries(KEPT_HEADERS).flatMap(([field, header]) => {
      const wanted = text(input, `Response${field}`);
      return wanted === undefined ? [] : [[header, wanted]];
    }),
  );

export const headObject = (ground: Ground, bucket: Bucket, input: Input): WireAnswer => {
  const object = find(ground, bucket, input);
  if (isUnchanged(input, object)) return { status: 304, headers: describe(object), body: '' };
  const range = rangeOf(text(input, 'Range'), object.size);
  const headers = { ...describe(object), ...overrides(input) };
  if (range === undefined) {
    const checksum = checksumHeaders(input, object);
    return {
      status: 200,
      headers: { ...headers, ...checksum, 'content-length': String(object.size) },
      body: '',
    };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${object.size}`,
      'content-length': String(end - start + 1),
    },
    body: '',
  };
};

export const getObject = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const answer = headObject(ground, bucket, input);
  const { file = '' } = find(ground, bucket, input);
  if (answer.status === 304) return answer;
  const [, start] = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '') ?? [];
  const range =
    start === undefined
      ? undefined
      : { start: Number(start), length: Number(answer.headers['content-length']) };
  try {
    return { ...answer, body: await ground.files.read(file, range) };
  } catch (error) {
    // Replaced or deleted since it was looked up: now there is another one, or none.
    if (find(ground, bucket, input).file !== file) return getObject(ground, bucket, input);
    throw error;
  }
};
