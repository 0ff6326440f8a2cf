import { createHash, randomBytes } from 'node:crypto';
import type { WireAnswer } from '../cloud.ts';
import { type Checksum, readBody } from './body.ts';
import type { Bucket } from './buckets.ts';
import { invalidArgument, noSuchUpload } from './errors.ts';
import type { Ground } from './ground.ts';
import { type Input, text } from './input.ts';
import { checkKey, keptHeaders, writtenHeaders } from './writes.ts';
import { xmlAnswer } from './xml.ts';

export interface Upload {
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

/** AWS's limit. */
const MAX_PARTS = 10_000;

/** Parts may have been uploaded in any order; keys sort as texts. */
const partKey = (id: string, number: number) => `part/${id}/${String(number).padStart(5, '0')}`;

export const uploadOf = ({ store }: Ground, input: Input): Upload => {
  const upload = store.get<Upload>(`upload/${text(input, 'UploadId')}`);
  if (upload === undefined || upload.bucket !== input.Bucket || upload.key !== input.Key)
    throw noSuchUpload();
  return upload;
};

export const partsOf = ({ store }: Ground, { id }: Upload): Part[] =>
  store.list<Part>(`part/${id}/`).map(({ value }) => value);

/** Once it is done with, or given up. */
export const forget = async (ground: Ground, upload: Upload, parts: readonly Part[]): Promise<void> => {
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
