import { createHash } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { type Checksum, readBody } from './body.ts';
import type { Bucket } from './buckets.ts';
import { checkSource, checkWrite } from './conditions.ts';
import { invalidArgument } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, KEPT_HEADERS, text } from './input.ts';
import type { StoredObject } from './objects.ts';
import { find } from './reads.ts';
import { xmlAnswer } from './xml.ts';

/** AWS's limits, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;

/** The headers that an object keeps. */
export const keptHeaders = (input: Input): Record<string, string> => {
  const { Metadata = {} } = input;
  const size = Object.entries(Metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > MAX_METADATA_BYTES)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  const headers: Record<string, string> = {};
  for (const [field, header] of Object.entries(KEPT_HEADERS)) {
    const value = text(input, field);
    if (value !== undefined) headers[header] = value;
  }
  // How the body travelled is none of the object's business.
  const encoding = headers['content-encoding']?.replace(/^aws-chunked(,\s*)?|,\s*aws-chunked$/g, '');
  if (encoding === '') delete headers['content-encoding'];
  else if (encoding !== undefined) headers['content-encoding'] = encoding;
  headers['content-type'] ??= 'binary/octet-stream';
  for (const [name, value] of Object.entries(Metadata)) headers[`x-amz-meta-${name}`] = value;
  return headers;
};

export const checkKey = ({ Key = '' }: Input): string => {
  if (Buffer.byteLength(Key) > MAX_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return Key;
};

/** The headers that tell of a write. */
export const writtenHeaders = ({ etag, versionId, checksum }: StoredObject): Record<string, string> => ({
  etag,
  'x-amz-server-side-encryption': 'AES256',
  ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
  ...(checksum !== undefined && {
    [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }),
});

interface Write {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  /** Such as `Put`: what a notification calls it. */
  readonly by: string;
}

/** Makes a file an object, unless a condition of the request forbids it, and tells who wants to know. */
export const commit = async (
  { objects, files, notify, now }: Ground,
  bucket: Bucket,
  input: Input,
  { by, checksum, ...content }: Write,
): Promise<StoredObject> => {
  const key = checkKey(input);
  try {
    checkWrite(input, objects.newest(bucket, key));
  } catch (error) {
    await files.remove([content.file]);
    throw error;
  }
  const lastModified = new Date(now()).toISOString();
  const object = { key, lastModified, ...content, ...(checksum !== undefined && { checksum }) };
  const { stored, unused } = objects.put(bucket, object, (written) =>
    notify(bucket, written, `ObjectCreated:${by}`),
  );
  await files.remove([unused]);
  return stored;
};

export const putObject = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  checkKey(input);
  const headers = keptHeaders(input);
  const { body, checksum } = await readBody(input);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const file = await ground.files.write(body);
  const write = { file, size: body.length, etag, headers, checksum, by: 'Put' };
  return {
    status: 200,
    headers: writtenHeaders(await commit(ground, bucket, input, write)),
    body: '',
  };
};

/** `/bucket/key?versionId=…`, percent-encoded. */
export const copySource = (input: Input): Input => {
  const [path = '', versionId] = (text(input, 'CopySource') ?? '').split('?versionId=');
  const [, Bucket, Key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
  if (Bucket === undefined || Key === undefined)
    throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return { Bucket, Key, ...(versionId !== undefined && { VersionId: versionId }) };
};

export const copyObject = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const wanted = copySource(input);
  const source = find(ground, ground.buckets.get(wanted.Bucket), wanted);
  checkSource(input, source);
  const replaces = text(input, 'MetadataDirective')?.toUpperCase() === 'REPLACE';
  if (!replaces && wanted.Bucket === input.Bucket && wanted.Key === input.Key && !wanted.VersionId)
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const { size, etag, checksum } = source;
  const stored = await commit(ground, bucket, input, {
    file: await ground.files.join([source.file ?? '']),
    size,
    etag,
    headers: replaces ? keptHeaders(input) : source.headers,
    checksum,
    by: 'Copy',
  });
  const { etag: _etag, ...headers } = writtenHeaders(stored);
  return xmlAnswer('CopyObjectResult', { ETag: stored.etag, LastModified: stored.lastModified }, headers);
};
