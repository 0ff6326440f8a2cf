import type { WireAnswer } from '../cloud.ts';
import type { Bucket } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, text } from './input.ts';
import type { StoredObject } from './objects.ts';
import { type Xml, xmlAnswer } from './xml.ts';

/** AWS's limit on the entries of one page. */
const MAX_KEYS = 1000;

const maxKeysOf = (input: Input): number => {
  const wanted = text(input, 'MaxKeys');
  if (wanted === undefined) return MAX_KEYS;
  if (!/^\d+$/.test(wanted))
    throw invalidArgument('Provided max-keys not an integer or within integer range');
  return Math.min(Number(wanted), MAX_KEYS);
};

/** As the client asked to have keys written: a key may hold characters that XML can't. */
const writerOf = (input: Input): ((key: string) => string) => {
  const encoding = text(input, 'EncodingType');
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request');
  return encoding === 'url' ? (key) => encodeURIComponent(key).replaceAll('%2F', '/') : (key) => key;
};

/** By the bytes of their UTF-8, as S3 sorts: JavaScript compares UTF-16. */
const isAfter = (key: string, other: string): boolean =>
  Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;

interface Page {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of a page that others follow. */
  readonly last: string | undefined;
}

/** Keys after `after`; those that share what stands before the next delimiter are one entry. */
const pageOf = (
  sorted: readonly StoredObject[],
  { prefix, delimiter, after, max }: { prefix: string; delimiter: string; after: string; max: number },
): Page => {
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const object of sorted) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const entry = end === -1 ? object.key : object.key.slice(0, end + delimiter.length);
    if (entry === last || entry === after || !isAfter(object.key, after)) continue;
    if (objects.length + prefixes.length >= max) return { objects, prefixes, last };
    if (end === -1) objects.push(object);
    else prefixes.push(entry);
    last = entry;
  }
  return { objects, prefixes, last: undefined };
};

const contentsOf = (
  { key, lastModified, etag, size, checksum }: StoredObject,
  write: (key: string) => string,
) => ({
  Key: write(key),
  LastModified: lastModified,
  ETag: etag,
  ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
  ChecksumType: checksum?.type,
  Size: size,
  StorageClass: 'STANDARD',
});

export const listObjects = ({ objects }: Ground, bucket: Bucket, input: Input): WireAnswer => {
  const [prefix, delimiter, startAfter] = ['Prefix', 'Delimiter', 'StartAfter'].map(
    (field) => text(input, field) ?? '',
  ) as [string, string, string];
  const token = text(input, 'ContinuationToken');
  const max = maxKeysOf(input);
  const write = writerOf(input);
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64url').toString();
  if (token === '' || (token !== undefined && after === ''))
    throw invalidArgument('The continuation token provided is incorrect');
  const page =
    max === 0
      ? { objects: [], prefixes: [], last: undefined }
      : pageOf(objects.list(bucket, prefix), { prefix, delimiter, after, max });
  const content: Xml = {
    Name: bucket.name,
    Prefix: write(prefix),
    Delimiter: delimiter === '' ? undefined : write(delimiter),
    StartAfter: startAfter === '' ? undefined : write(startAfter),
    ContinuationToken: token,
    EncodingType: text(input, 'EncodingType'),
    KeyCount: page.objects.length + page.prefixes.length,
    MaxKeys: max,
    IsTruncated: page.last !== undefined,
    NextContinuationToken: page.last === undefined ? undefined : Buffer.from(page.last).toString('base64url'),
    Contents: page.objects.map((object) => contentsOf(object, write)),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: write(each) })),
  };
  return xmlAnswer('ListBucketResult', content);
};

export const listVersions = ({ objects }: Ground, bucket: Bucket, input: Input): WireAnswer => {
  const prefix = text(input, 'Prefix') ?? '';
  const write = writerOf(input);
  const all = objects.versions(bucket, prefix);
  const described = all.map((object, index) => ({
    ...contentsOf(object, write),
    VersionId: object.versionId ?? 'null',
    IsLatest: all[index - 1]?.key !== object.key,
    isDeleteMarker: object.isDeleteMarker ?? false,
  }));
  const max = maxKeysOf(input);
  const marker = [text(input, 'KeyMarker') ?? '', text(input, 'VersionIdMarker') ?? ''] as const;
  const start =
    marker[0] === ''
      ? 0
      : all.findIndex(
          ({ key, versionId = 'null' }) =>
            isAfter(key, marker[0]) || (marker[1] !== '' && key === marker[0] && versionId > marker[1]),
        );
  const shown = start === -1 ? [] : described.slice(start, start + max);
  const isTruncated = start !== -1 && start + max < all.length;
  const last = isTruncated ? shown.at(-1) : undefined;
  return xmlAnswer('ListVersionsResult', {
    Name: bucket.name,
    Prefix: write(prefix),
    KeyMarker: write(marker[0]),
    VersionIdMarker: marker[1],
    MaxKeys: max,
    EncodingType: text(input, 'EncodingType'),
    IsTruncated: isTruncated,
    NextKeyMarker: last?.Key,
    NextVersionIdMarker: last?.VersionId,
    Version: shown.filter((each) => !each.isDeleteMarker).map(({ isDeleteMarker: _, ...version }) => version),
    DeleteMarker: shown
      .filter((each) => each.isDeleteMarker)
      .map(({ Key, VersionId, IsLatest, LastModified }) => ({ Key, VersionId, IsLatest, LastModified })),
  });
};

export const listBuckets = ({ buckets, region }: Ground): WireAnswer =>
  xmlAnswer('ListAllMyBucketsResult', {
    Buckets: {
      Bucket: buckets.all.map(({ name }) => ({
        Name: name,
        // When it was made is not remembered; a template's bucket has always been there.
        CreationDate: '2025-01-01T00:00:00.000Z',
        BucketRegion: region,
      })),
    },
  });
