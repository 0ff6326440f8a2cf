import { createHash } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { type Checksum, checksumOf } from './body.ts';
import type { Bucket } from './buckets.ts';
import { malformedXml } from './errors.ts';
import type { Ground } from './ground.ts';
import type { Input } from './input.ts';
import { forget, type Part, partsOf, type Upload, uploadOf } from './multipart.ts';
import { commit, writtenHeaders } from './writes.ts';
import { parseXml, xmlAnswer } from './xml.ts';

/** AWS's limit: every part but the last has 5 MiB. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

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

/** Uploads whose parts are being put together. */
const underWay = new Set<string>();

export const completeUpload = async (ground: Ground, bucket: Bucket, input: Input): Promise<WireAnswer> => {
  const upload = uploadOf(ground, input);
  if (underWay.has(upload.id))
    throw new AwsError(
      'OperationAborted',
      'A conflicting conditional operation is currently in progress against this resource. Try again.',
      409,
    );
  underWay.add(upload.id);
  try {
    return await complete(ground, bucket, input, upload);
  } finally {
    underWay.delete(upload.id);
  }
};

const complete = async (
  ground: Ground,
  bucket: Bucket,
  input: Input,
  upload: Upload,
): Promise<WireAnswer> => {
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
