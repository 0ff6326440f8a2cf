import type { Permission } from '../cloud.ts';
import { type Input, text } from './input.ts';
import { copySource } from './writes.ts';

/** IAM's names, where they aren't the calls' own. */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
};

/** These have a permission of their own for one version. */
const OF_VERSION = new Set(['GetObject', 'DeleteObject']);

/** What a call needs. DeleteObjects asks for each of its keys by itself, and the rest tells nobody anything. */
const UNCHECKED = new Set(['Refuse', 'Preflight', 'DeleteObjects']);

const onObject = (name: string, { Bucket = '', Key = '', VersionId }: Input): Permission => ({
  action: `s3:${name}${VersionId !== undefined && OF_VERSION.has(name) ? 'Version' : ''}`,
  resource: `arn:aws:s3:::${Bucket}/${Key}`,
});

export const permissions = (action: string, input: Input): readonly Permission[] => {
  if (UNCHECKED.has(action)) return [];
  if (action === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const name = ACTIONS[action] ?? action;
  if (input.Key)
    return [
      onObject(name, input),
      ...(action === 'CopyObject' ? [onObject('GetObject', copySource(input))] : []),
    ];
  const context: Record<string, string> = {};
  for (const [field, key] of [
    ['Prefix', 's3:prefix'],
    ['Delimiter', 's3:delimiter'],
    ['MaxKeys', 's3:max-keys'],
  ] as const) {
    const value = text(input, field);
    if (value !== undefined) context[key] = value;
  }
  const resource = `arn:aws:s3:::${input.Bucket}`;
  return [{ action: `s3:${name}`, resource, ...(Object.keys(context).length > 0 && { context }) }];
};
