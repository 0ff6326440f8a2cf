import { createHash, randomBytes } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { type Checksum, checksumOf, readBody } from './body.ts';
import type { Bucket } from './buckets.ts';
import { invalidArgument, malformedXml, noSuchUpload } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, text } from './input.ts';
import { checkKey, commit, keptHeaders, writtenHeaders } from './writes.ts';
import { parseXml, xmlAnswer } from './xml.ts';

interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly algorithm?: string;
}

export interface Part {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: string;
  readonly checksum?: Checksum;
}

/** AWS's limits: every part but the last has 5 MiB, and there are ten thousand at most. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** Parts may have been uploaded in any order; keys sort as texts. */
const partKey = (id: string, number: number) => `part/${id}/${String(number).padStart(5, '0')}`;

const uploadOf = ({ store }: Ground, input: Input): Upload => {
  const upload = store.get<Upload>(`upload/${text(input, 'UploadId')}`);
  if (upload === undefined || upload.bucket !== input.Bucket || upload.key !== input.Key)
    throw noSuchUpload();
  return upload;
};

const partsOf = ({ store }: Ground, { id }: Upload): Part[] =>
  store.list<Part>(`part/${id}/`).map(({ value }) => value);

const forget = async (ground: Ground, upload: Upload, parts: readonly Part[]): Promise<void> => {
  ground.store.delete(`upload/${upload.id}`);
  for (const { number } of parts) ground.store.delete(partKey(upload.id, number));
  await ground.files.remove(parts.map(({ file }) => file));
};

export const createUpload = (ground: Ground, bucket: Bucket, input: Input): WireAnswer => {
  const algorithm = text(input, 'ChecksumAlgorithm')?.toLowerCase();
  const upload: Upload = {
    id: randomBytes(32).toString('base64url'),
    bucket: bucket.name,
    key: checkKey(input),
    initiated: new Date(ground.now()).toISOString(),
    headers: keptHeaders(input),
    ...(algorithm !== undefined && text(input, 'ChecksumType') !== 'FULL_OBJECT' && { algorithm }),
  };
  ground.store.put(`upload/${upload.id}`, upload);
  return xmlAnswer('InitiateMultipartUploadResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
  });
};

export const uploadPart = async (ground: Ground, _bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const upload = uploadOf(ground, input);
  const number = Number(text(input, 'PartNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw invalidArgument(`Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  const { body, checksum } = await readBody(input);
  const file = await ground.files.write(body);
  const key = partKey(upload.id, number);
  const replaced = ground.store.get<Part>(key);
  const part: Part = {
    number,
    file,
    size: body.length,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    lastModified: new Date(ground.now()).toISOString(),
    ...(checksum !== undefined && { checksum }),
  };
  // It may have been aborted while the part was being written.
  if (ground.store.get(`upload/${upload.id}`) === undefined) {
    await ground.files.remove([file]);
    throw noSuchUpload();
  }
  ground.store.put(key, part);
  await ground.files.remove([replaced?.file]);
  const { 'x-amz-checksum-type': _type, ...headers } = writtenHeaders({ ...part, key: '', headers: {} });
  return { status: 200, headers, body: '' };
};

/** The parts that the client names, in its order, which must be theirs. */
const named = (body: Buffer, uploaded: readonly Part[]): Part[] => {
  const { Part: wanted } = parseXml('CompleteMultipartUpload', body) as {
    Part?: { PartNumber?: string; ETag?: string }[];
  };
  if (wanted === undefined) throw malformedXml();
  const parts = wanted.map(({ PartNumber, ETag = '' }) => {
    const part = uploaded.find(({ number }) => number === Number(PartNumber));
    if (part === undefined || part.etag.replaceAll('"', '') !== ETag.replaceAll('"', ''))
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    return part;
  });
  if (parts.some(({ number }, index) => index > 0 && number <= (parts[index - 1] as Part).number))
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES))
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  return parts;
};

/** The checksum of the parts' checksums, with how many they are. */
const composite = async ({ algorithm }: Upload, parts: readonly Part[]): Promise<Checksum | undefined> => {
  const values = parts.map(({ checksum }) =>
    checksum?.algorithm === algorithm ? checksum?.value : undefined,
  );
  if (algorithm === undefined || values.includes(undefined)) return undefined;
  const joined = Buffer.concat(values.map((value) => Buffer.from(value ?? '', 'base64')));
  return { algorithm, value: `${await checksumOf(algorithm, joined)}-${parts.length}`, type: 'COMPOSITE' };
};

export const completeUpload = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const upload = uploadOf(ground, input);
  const uploaded = partsOf(ground, upload);
  const parts = named(input.Body ?? Buffer.alloc(0), uploaded);
  const hashes = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  const digest = createHash('md5').update(Buffer.concat(hashes)).digest('hex');
  const checksum = await composite(upload, parts);
  const stored = await commit(ground, bucket, input, {
    file: await ground.files.join(parts.map(({ file }) => file)),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `"${digest}-${parts.length}"`,
    headers: upload.headers,
    checksum,
    by: 'CompleteMultipartUpload',
  });
  await forget(ground, upload, uploaded);
  const { etag: _etag, ...headers } = writtenHeaders(stored);
  const content = {
    Location: `${ground.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: stored.etag,
    ...(checksum !== undefined && {
      [`Checksum${checksum.algorithm.toUpperCase()}`]: checksum.value,
      ChecksumType: checksum.type,
    }),
  };
  return xmlAnswer('CompleteMultipartUploadResult', content, headers);
};

export const abortUpload = async (ground: Ground, _bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const upload = uploadOf(ground, input);
  await forget(ground, upload, partsOf(ground, upload));
  return { status: 204, headers: {}, body: '' };
};

export const listParts = (ground: Ground, bucket: Bucket, input: Input): WireAnswer => {
  const upload = uploadOf(ground, input);
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    IsTruncated: false,
    MaxParts: MAX_PARTS,
    Part: partsOf(ground, upload).map(({ number, lastModified, etag, size }) => ({
      PartNumber: number,
      LastModified: lastModified,
      ETag: etag,
      Size: size,
    })),
  });
};

export const listUploads = ({ store }: Ground, bucket: Bucket, input: Input): WireAnswer =>
  xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    Prefix: text(input, 'Prefix') ?? '',
    IsTruncated: false,
    Upload: store
      .list<Upload>('upload/')
      .filter(
        ({ value }) => value.bucket === bucket.name && value.key.startsWith(text(input, 'Prefix') ?? ''),
      )
      .map(({ value: { key, id, initiated } }) => ({ Key: key, UploadId: id, Initiated: initiated })),
  });
