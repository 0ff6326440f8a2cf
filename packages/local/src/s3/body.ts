import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { AwsError } from '../cloud.ts';
import { invalidArgument, notImplemented } from './errors.ts';
import { type Input, text } from './input.ts';

/** A body is held in memory on its way; S3 itself would take 5 GB at once. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface Checksum {
  readonly algorithm: string;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

interface Content {
  readonly body: Buffer;
  readonly checksum: Checksum | undefined;
}

/** What a request stores, checked against each checksum that came with it. */
export const readBody = async (input: Input): Promise<Content> => {
  const { Body = Buffer.alloc(0), Checksums = {} } = input;
  const isChunked =
    text(input, 'ContentSha256')?.startsWith('STREAMING-') ||
    text(input, 'ContentEncoding')?.split(',')[0] === 'aws-chunked';
  const { body, trailers } = isChunked ? decodeChunks(Body) : { body: Body, trailers: {} };
  if (body.length > MAX_BYTES)
    throw new AwsError(
      'EntityTooLarge',
      `Your proposed upload exceeds the maximum allowed size: ${MAX_BYTES} bytes on this machine, use a multipart upload`,
    );
  const announced = text(input, 'DecodedContentLength');
  if (isChunked && announced !== undefined && Number(announced) !== body.length)
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  checkMd5(text(input, 'ContentMD5'), body);
  const [given, ...more] = Object.entries({ ...Checksums, ...trailers });
  if (more.length > 0)
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  if (given === undefined) return { body, checksum: undefined };
  const [algorithm, value] = given;
  if ((await checksumOf(algorithm, body)) !== value)
    throw new AwsError(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  return { body, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
};

const checkMd5 = (given: string | undefined, body: Buffer): void => {
  if (given === undefined) return;
  if (Buffer.from(given, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (createHash('md5').update(body).digest('base64') !== given)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
};

/** The base64 of a checksum, big end first. */
export const checksumOf = async (algorithm: string, body: Buffer): Promise<string> => {
  if (algorithm === 'sha1' || algorithm === 'sha256')
    return createHash(algorithm).update(body).digest('base64');
  if (algorithm === 'crc32') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  }
  const crc = algorithm === 'crc32c' ? new Crc32c() : algorithm === 'crc64nvme' ? new Crc64Nvme() : undefined;
  if (crc === undefined) throw notImplemented(`The checksum ${algorithm}`);
  crc.update(body);
  return Buffer.from(await crc.digest()).toString('base64');
};

/** `aws-chunked`: `<size in hex>[;chunk-signature=…]` and that many bytes, again and again; after the empty one, headers. */
const decodeChunks = (encoded: Buffer): { body: Buffer; trailers: Record<string, string> } => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = encoded.indexOf('\r\n', at);
    const size = end === -1 ? Number.NaN : Number.parseInt(encoded.toString('latin1', at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > encoded.length)
      throw invalidArgument('The body is not in the aws-chunked encoding that its headers announce');
    at = end + 2;
    if (size === 0) break;
    chunks.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of encoded.toString('latin1', at).split('\r\n')) {
    const [, algorithm, value] = /^x-amz-checksum-(\w+):\s*(.+)$/i.exec(line) ?? [];
    if (algorithm !== undefined) trailers[algorithm.toLowerCase()] = value ?? '';
  }
  return { body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks), trailers };
};
