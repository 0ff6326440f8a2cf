import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Api,
  AwsError,
  type Caller,
  type Cloud,
  type Log,
  type Running,
  type WireAnswer,
} from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { type Bucket, readBuckets } from './buckets.ts';
import { completeUpload } from './complete-upload.ts';
import { corsHeaders, preflight } from './cors.ts';
import { deleteObject, deleteObjects } from './deletes.ts';
import { accessDenied } from './errors.ts';
import { openFiles } from './files.ts';
import type { Ground } from './ground.ts';
import type { Input } from './input.ts';
import { listBuckets, listObjects, listVersions } from './lists.ts';
import { abortUpload, createUpload, listParts, listUploads, type Part, uploadPart } from './multipart.ts';
import { createNotifications } from './notifications.ts';
import { createObjects, type StoredObject } from './objects.ts';
import { permissions } from './permissions.ts';
import { getObject, headObject } from './reads.ts';
import { createRoute } from './route.ts';
import { copyObject, putObject } from './writes.ts';
import { xmlAnswer, xmlError } from './xml.ts';

type Operation = (
  ground: Ground,
  bucket: Bucket,
  input: Input,
  caller: Caller,
) => WireAnswer | Promise<WireAnswer>;

const operations: Readonly<Record<string, Operation>> = {
  GetObject: getObject,
  HeadObject: headObject,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListParts: listParts,
  ListMultipartUploads: listUploads,
  ListObjectsV2: listObjects,
  ListObjectVersions: listVersions,
  HeadBucket: ({ region }) => ({ status: 200, headers: { 'x-amz-bucket-region': region }, body: '' }),
  // us-east-1 has no name here.
  GetBucketLocation: ({ region }) => xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region),
  Preflight: (_ground, bucket, input) => preflight(bucket, input),
};

/** S3: the buckets of the templates. Contents are files of the data folder; what they are called stands in its store. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const store = cloud.store('s3');
  const kept = [...store.list<StoredObject>('newest/'), ...store.list<StoredObject>('older/')];
  const inUse = [...kept, ...store.list<Part>('part/')].map(({ value }) => value.file ?? '');
  const notifications = createNotifications(cloud);
  const ground: Ground = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    buckets: readBuckets(cloud),
    objects: createObjects(store, Date.now),
    files: await openFiles(join(cloud.dataFolder, 's3'), new Set(inUse)),
    store,
    now: Date.now,
    call: (caller, action, input) => cloud.call(caller, 's3', action, input),
    notify: notifications.notify,
  };
  // Not before every module is up: a target may be any of them.
  const resume = setImmediate(notifications.resume);
  const api: Api = {
    route: createRoute(ground.now),
    // A browser asks whether it may send a request before it signs one.
    unsigned: new Set(['Preflight']),
    permissions,
    handle: async (action: string, input: Input, caller: Caller) => {
      if (input.Refused !== undefined) throw input.Refused;
      if (action === 'ListBuckets') return listBuckets(ground);
      const operation = operations[action];
      if (operation === undefined) throw new AwsError('NotImplemented', `s3:${action}`, 501);
      const bucket = ground.buckets.get(input.Bucket);
      const answer = await answerFor(ground, bucket, input, caller, operation).catch((error) => {
        throw error instanceof AwsError ? error : internalError(cloud.log, error);
      });
      return { ...answer, headers: { ...answer.headers, ...corsHeaders(bucket, input) } };
    },
    encode: (_action: string, answer: WireAnswer) => ({
      ...answer,
      headers: { 'x-amz-request-id': newRequestId(), ...answer.headers },
    }),
    encodeError: (error: AwsError, input: Input) => encodeError(ground, error, input),
  };
  return {
    api: encryptedAtRest(cloud, 'AWS::S3::Bucket', api),
    stop: async () => {
      clearImmediate(resume);
      notifications.stop();
    },
  };
};

/** Such as a full disk: the log says why, the client that it may try again. */
const internalError = (log: Log, error: Error): AwsError => {
  log.error('s3', error.message);
  return new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500);
};

/** Who may not list a bucket isn't told what it lacks, either. */
const answerFor = async (
  ground: Ground,
  bucket: Bucket,
  input: Input,
  caller: Caller,
  operation: Operation,
): Promise<WireAnswer> => {
  try {
    return await operation(ground, bucket, input, caller);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey')
      await ground.call(caller, 'HeadBucket', { Bucket: bucket.name });
    throw error;
  }
};

const newRequestId = (): string => randomBytes(8).toString('hex').toUpperCase();

/** The endpoint's own refusals, in S3's words. */
const inWords = (error: AwsError): AwsError => {
  if (error.code === 'AccessDeniedException') return accessDenied(error.message);
  if (error.code === 'MissingAuthenticationTokenException') return accessDenied();
  if (error.code !== 'UnrecognizedClientException') return error;
  return new AwsError(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    403,
  );
};

const encodeError = ({ buckets }: Ground, refused: AwsError, input: Input): WireAnswer => {
  const { code, message, status } = inWords(refused);
  const requestId = newRequestId();
  const bucket = buckets.all.find(({ name }) => name === input.Bucket);
  return {
    status,
    headers: {
      'content-type': 'application/xml',
      'x-amz-request-id': requestId,
      ...(bucket !== undefined && corsHeaders(bucket, input)),
    },
    body: xmlError({
      Code: code,
      Message: message,
      ...(code === 'NoSuchKey' && { Key: input.Key }),
      ...(code === 'NoSuchBucket' && { BucketName: input.Bucket }),
      Resource: `/${input.Bucket ?? ''}${input.Key ? `/${input.Key}` : ''}`,
      RequestId: requestId,
      HostId: requestId,
    }),
  };
};
