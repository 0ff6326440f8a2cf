import { AwsError } from '../cloud.ts';
import { noSuchKey, preconditionFailed } from './errors.ts';
import { type Input, text } from './input.ts';
import type { StoredObject } from './objects.ts';

const isAmong = (etags: string, etag: string): boolean =>
  etags.split(',').some((each) => {
    const wanted = each.trim().replace(/^W\//, '');
    return wanted === '*' || wanted.replaceAll('"', '') === etag.replaceAll('"', '');
  });

/** HTTP counts in seconds. */
const secondsOf = (date: string): number => Math.floor(Date.parse(date) / 1000);

/**
 * The conditions of a read. RFC 9110: where an ETag is asked for, the date beside it has no say.
 *
 * @returns true where the client has this object already
 */
export const isUnchanged = (input: Input, { etag, lastModified }: StoredObject): boolean => {
  const ifMatch = text(input, 'IfMatch');
  const ifNoneMatch = text(input, 'IfNoneMatch');
  const unmodifiedSince = secondsOf(text(input, 'IfUnmodifiedSince') ?? '');
  const modifiedSince = secondsOf(text(input, 'IfModifiedSince') ?? '');
  const modified = secondsOf(lastModified);
  if (ifMatch !== undefined ? !isAmong(ifMatch, etag) : modified > unmodifiedSince)
    throw preconditionFailed();
  return ifNoneMatch !== undefined ? isAmong(ifNoneMatch, etag) : modified <= modifiedSince;
};

/** The conditions of a write, on what it would replace. */
export const checkWrite = (input: Input, replaced: StoredObject | undefined): void => {
  const existing = replaced?.isDeleteMarker ? undefined : replaced;
  const ifMatch = text(input, 'IfMatch');
  const ifNoneMatch = text(input, 'IfNoneMatch');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new AwsError(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      501,
    );
  if (ifNoneMatch === '*' && existing !== undefined) throw preconditionFailed();
  if (ifMatch === undefined) return;
  if (existing === undefined) throw noSuchKey();
  if (!isAmong(ifMatch, existing.etag)) throw preconditionFailed();
};

/** The conditions of a copy, on its source. */
export const checkSource = (input: Input, source: StoredObject): void => {
  const ifMatch = text(input, 'CopySourceIfMatch');
  const ifNoneMatch = text(input, 'CopySourceIfNoneMatch');
  if (ifMatch !== undefined && !isAmong(ifMatch, source.etag)) throw preconditionFailed();
  if (ifNoneMatch !== undefined && isAmong(ifNoneMatch, source.etag)) throw preconditionFailed();
};
