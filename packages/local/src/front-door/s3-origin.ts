import { AwsError, type Cloud } from '../cloud.ts';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { splitUrl } from '../http-api/http.ts';

interface S3Object {
  readonly Body: Buffer;
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly CacheControl?: string;
  readonly ETag?: string;
  readonly LastModified?: string | Date;
}

/** The bucket of a domain such as `site.s3.eu-central-1.amazonaws.com`; undefined for any other domain. */
export const bucketOf = (domain: string): string | undefined =>
  /^(.+)\.s3(?:[.-][\w-]+)?\.amazonaws\.com$/.exec(domain)?.[1];

/** Reads objects as CloudFront does: through origin access control where `distributionArn` is given, else as nobody. */
export const createS3Origin = (
  cloud: Pick<Cloud, 'call'>,
  bucket: string,
  distributionArn: string | undefined,
): ((request: HttpRequest) => Promise<HttpAnswer>) => {
  return async ({ method, url, headers }) => {
    if (method !== 'GET' && method !== 'HEAD')
      return failure(405, 'MethodNotAllowed', `${method} is not allowed`);
    if (distributionArn === undefined) return failure(403, 'AccessDenied', 'Access Denied');
    const caller = {
      kind: 'service',
      principal: 'cloudfront.amazonaws.com',
      sourceArn: distributionArn,
    } as const;
    try {
      const Key = decodeURIComponent(splitUrl(url).path.slice(1));
      const object = await cloud.call<S3Object>(caller, 's3', 'GetObject', { Bucket: bucket, Key });
      return toAnswer(object, headers['if-none-match']);
    } catch (error) {
      if (error instanceof URIError) return failure(400, 'InvalidURI', "Couldn't parse the specified URI.");
      // S3 answers every denied request with 403, whatever the status of the caller's protocol.
      if (error instanceof AwsError && error.code.startsWith('AccessDenied')) {
        return failure(403, 'AccessDenied', 'Access Denied');
      }
      if (error instanceof AwsError) return failure(error.status, error.code, error.message);
      throw error;
    }
  };
};

const toAnswer = (object: S3Object, ifNoneMatch: string | undefined): HttpAnswer => {
  const headers = Object.entries({
    'content-type': object.ContentType ?? 'binary/octet-stream',
    'content-encoding': object.ContentEncoding,
    'cache-control': object.CacheControl,
    etag: object.ETag,
    'last-modified': object.LastModified && new Date(object.LastModified).toUTCString(),
    server: 'AmazonS3',
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const isKnown = object.ETag !== undefined && ifNoneMatch === object.ETag;
  return {
    status: isKnown ? 304 : 200,
    headers: Object.fromEntries(headers),
    body: isKnown ? '' : object.Body,
  };
};

const failure = (status: number, code: string, text: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', server: 'AmazonS3' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`,
});
