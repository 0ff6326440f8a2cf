import { type Api, AwsError } from '../cloud.ts';
import { notImplemented } from './errors.ts';
import { HEADERS, type Input, QUERY } from './input.ts';
import { checkPresigned } from './presigned.ts';

type Route = NonNullable<Api['route']>;
type Request = Parameters<Route>[0];

/** Parts of a bucket or an object that have no local counterpart: to serve the object instead would be wrong. */
const SUBRESOURCES =
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore retention select tagging torrent versioning website'.split(
    ' ',
  );

/** `<bucket>.s3.<region>.amazonaws.com` and `<bucket>.localhost` name the bucket; an address made of numbers can't. */
const BUCKET_IN_HOST = /^(.+)\.(?:s3[.-].*|localhost)(?::\d+)?$/;

const ON_BUCKET: Readonly<Record<string, string>> = {
  'GET list-type': 'ListObjectsV2',
  'GET versions': 'ListObjectVersions',
  'GET uploads': 'ListMultipartUploads',
  'GET location': 'GetBucketLocation',
  'HEAD ': 'HeadBucket',
  'POST delete': 'DeleteObjects',
};

const ON_OBJECT: Readonly<Record<string, string>> = {
  'GET ': 'GetObject',
  'GET uploadId': 'ListParts',
  'HEAD ': 'HeadObject',
  'PUT ': 'PutObject',
  'PUT uploadId': 'UploadPart',
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE ': 'DeleteObject',
  'DELETE uploadId': 'AbortMultipartUpload',
};

const MARKERS = ['list-type', 'versions', 'uploads', 'location', 'delete', 'uploadId'];

/** To leave them out silently would be to store something else than what was sent. */
const refuseHeaders = (headers: Request['headers']): void => {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  const unknown = ['x-amz-tagging', 'x-amz-object-lock-mode', 'x-amz-website-redirect-location'].find(
    (name) => headers[name] !== undefined,
  );
  if (unknown !== undefined) throw notImplemented(unknown);
};

const actionOf = ({ method, query, headers }: Request, { Bucket, Key }: Input): string => {
  if (method === 'OPTIONS') return 'Preflight';
  const part = SUBRESOURCES.find((name) => query.has(name));
  if (part !== undefined) throw notImplemented(`${method} ?${part}`);
  if (!Bucket && method === 'GET') return 'ListBuckets';
  refuseHeaders(headers);
  const marker = MARKERS.find((name) => query.has(name)) ?? '';
  const action = (Key ? ON_OBJECT : ON_BUCKET)[`${method} ${marker}`];
  if (action === undefined) throw notImplemented(`${method} of a ${Key ? 'key' : 'bucket'}`);
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  if (isCopy && action === 'UploadPart') throw notImplemented('UploadPartCopy');
  return isCopy && action === 'PutObject' ? 'CopyObject' : action;
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
};

const toInput = ({ method, path, query, headers, body }: Request): Input => {
  const [, inHost] = BUCKET_IN_HOST.exec(headers.host ?? '') ?? [];
  const full = inHost === undefined ? path.slice(1) : `${inHost}${path}`;
  const slash = full.indexOf('/');
  const input: Record<string, unknown> = { Method: method, Body: body };
  const Metadata: Record<string, string> = {};
  const Checksums: Record<string, string> = {};
  // A pre-signed URL holds in its query what would else be headers: an upload to it has to fit the checksum signed.
  const sent = query.has('X-Amz-Signature') ? { ...Object.fromEntries(query), ...headers } : headers;
  for (const [name, value] of Object.entries(sent)) {
    if (name.startsWith('x-amz-meta-')) Metadata[name.slice(11)] = String(value);
    const [, algorithm] = /^x-amz-checksum-(crc\w+|sha\w+)$/.exec(name) ?? [];
    if (algorithm !== undefined) Checksums[algorithm] = String(value);
  }
  for (const [field, name] of Object.entries(HEADERS)) input[field] = sent[name];
  for (const [field, name] of Object.entries(QUERY)) input[field] = query.get(name) ?? undefined;
  return {
    ...input,
    Metadata,
    Checksums,
    Bucket: slash === -1 ? full : full.slice(0, slash),
    Key: slash === -1 ? '' : decode(full.slice(slash + 1)),
  };
};

/** Which call a request is. A refusal comes as a call of its own, so that it is answered as S3 answers. */
export const createRoute =
  (now: () => number): Route =>
  (request) => {
    let input: Input = { Method: request.method };
    try {
      input = toInput(request);
      // Who signs no header signs the URL; but a browser that asks before it sends signs nothing.
      const isInUrl = request.headers.authorization === undefined;
      if (isInUrl && request.method !== 'OPTIONS') checkPresigned(request, now());
      const action = actionOf(request, input);
      return { action, input };
    } catch (error) {
      return { action: 'Refuse', input: { ...input, Refused: error as Error } };
    }
  };
