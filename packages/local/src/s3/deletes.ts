import { AwsError, type Caller, type WireAnswer } from '../cloud.ts';
import { readBody } from './body.ts';
import type { Bucket } from './buckets.ts';
import { checkWrite } from './conditions.ts';
import { accessDenied, malformedXml, noSuchVersion } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, text } from './input.ts';
import { checkKey } from './writes.ts';
import { parseXml, type Xml, xmlAnswer } from './xml.ts';

/** AWS's limit on the keys of one DeleteObjects. */
const MAX_DELETIONS = 1000;

/** Gives what it says in headers: the version, and whether it is a delete marker. */
export const deleteObject = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const { objects, files, notify, now } = ground;
  const key = checkKey(input);
  const done = (headers: Record<string, string> = {}): WireAnswer => ({ status: 204, headers, body: '' });
  const versionId = text(input, 'VersionId');
  if (versionId === undefined && bucket.isVersioned) {
    const lastModified = new Date(now()).toISOString();
    const marker = { key, isDeleteMarker: true, size: 0, etag: '', lastModified, headers: {} } as const;
    const { stored } = objects.put(bucket, marker, (written) =>
      notify(bucket, written, 'ObjectRemoved:DeleteMarkerCreated'),
    );
    return done({ 'x-amz-version-id': stored.versionId ?? 'null', 'x-amz-delete-marker': 'true' });
  }
  const object =
    versionId === undefined ? objects.newest(bucket, key) : objects.version(bucket, key, versionId);
  if (object === undefined) {
    if (versionId !== undefined && !bucket.isVersioned && versionId !== 'null') throw noSuchVersion();
    return done(versionId === undefined ? {} : { 'x-amz-version-id': versionId });
  }
  const ifMatch = text(input, 'IfMatch');
  if (ifMatch !== undefined) checkWrite({ IfMatch: ifMatch }, object);
  notify(bucket, object, 'ObjectRemoved:Delete');
  const unused = objects.remove(bucket, object);
  await files.remove([unused]);
  return done({
    ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
    ...(object.isDeleteMarker && { 'x-amz-delete-marker': 'true' }),
  });
};

/** Each key is a call of its own, with the caller's permission for it: one that is refused stops no other. */
export const deleteObjects = async (
  { call }: Ground,
  bucket: Bucket,
  input: Input,
  caller: Caller,
): Promise<WireAnswer> => {
  const { body } = await readBody(input);
  const { Object: wanted, Quiet } = parseXml('Delete', body) as {
    Object?: { Key?: string; VersionId?: string; ETag?: string }[];
    Quiet?: string;
  };
  if (wanted === undefined || wanted.length > MAX_DELETIONS || wanted.some(({ Key }) => !Key))
    throw malformedXml();
  const Deleted: Xml[] = [];
  const Errors: Xml[] = [];
  for (const { Key = '', VersionId, ETag } of wanted) {
    const one = { Bucket: bucket.name, Key, VersionId, IfMatch: ETag };
    try {
      const { headers } = await call(caller, 'DeleteObject', one);
      const isMarker = headers['x-amz-delete-marker'] !== undefined;
      Deleted.push({
        Key,
        VersionId,
        DeleteMarker: isMarker || undefined,
        DeleteMarkerVersionId: isMarker ? headers['x-amz-version-id'] : undefined,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message } = error.code === 'AccessDeniedException' ? accessDenied() : error;
      Errors.push({ Key, VersionId, Code: code, Message: message });
    }
  }
  return xmlAnswer('DeleteResult', { Deleted: Quiet === 'true' ? undefined : Deleted, Error: Errors });
};
