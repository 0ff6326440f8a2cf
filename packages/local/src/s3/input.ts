/** A request to S3: the SDK's names for what stands in path, query and headers, each as the text that it is there. */
export interface Input {
  readonly Method?: string;
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Body?: Buffer;
  /** Under their names in lower case, without `x-amz-meta-`. */
  readonly Metadata?: Readonly<Record<string, string>>;
  /** Checksums of the body, by algorithm: `crc32`, `sha256`, … */
  readonly Checksums?: Readonly<Record<string, string>>;
  /** Set where the request is refused before it is looked at any further. */
  readonly Refused?: Error;
  readonly [field: string]: unknown;
}

/** The text of a field. */
export const text = (input: Input, field: string): string | undefined => input[field] as string | undefined;

/** What an object keeps, and gives back under the same header. */
export const KEPT_HEADERS: Readonly<Record<string, string>> = {
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentType: 'content-type',
  Expires: 'expires',
};

export const HEADERS: Readonly<Record<string, string>> = {
  ...KEPT_HEADERS,
  ContentMD5: 'content-md5',
  ContentSha256: 'x-amz-content-sha256',
  DecodedContentLength: 'x-amz-decoded-content-length',
  IfMatch: 'if-match',
  IfNoneMatch: 'if-none-match',
  IfModifiedSince: 'if-modified-since',
  IfUnmodifiedSince: 'if-unmodified-since',
  Range: 'range',
  ChecksumMode: 'x-amz-checksum-mode',
  ChecksumAlgorithm: 'x-amz-checksum-algorithm',
  ChecksumType: 'x-amz-checksum-type',
  CopySource: 'x-amz-copy-source',
  MetadataDirective: 'x-amz-metadata-directive',
  CopySourceIfMatch: 'x-amz-copy-source-if-match',
  CopySourceIfNoneMatch: 'x-amz-copy-source-if-none-match',
  Origin: 'origin',
  AccessControlRequestMethod: 'access-control-request-method',
  AccessControlRequestHeaders: 'access-control-request-headers',
};

export const QUERY: Readonly<Record<string, string>> = {
  VersionId: 'versionId',
  UploadId: 'uploadId',
  PartNumber: 'partNumber',
  Prefix: 'prefix',
  Delimiter: 'delimiter',
  MaxKeys: 'max-keys',
  StartAfter: 'start-after',
  ContinuationToken: 'continuation-token',
  EncodingType: 'encoding-type',
  KeyMarker: 'key-marker',
  VersionIdMarker: 'version-id-marker',
  ResponseCacheControl: 'response-cache-control',
  ResponseContentDisposition: 'response-content-disposition',
  ResponseContentEncoding: 'response-content-encoding',
  ResponseContentLanguage: 'response-content-language',
  ResponseContentType: 'response-content-type',
  ResponseExpires: 'response-expires',
};
