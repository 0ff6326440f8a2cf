import { AwsError, type Cloud, type WireAnswer } from '../cloud.ts';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { splitUrl } from '../http-api/http.ts';

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
      const { 'if-none-match': IfNoneMatch, range: Range } = headers;
      const input = { Bucket: bucket, Key, IfNoneMatch, Range };
      const answer = await cloud.call<WireAnswer>(caller, 's3', 'GetObject', input);
      return { ...answer, headers: { ...answer.headers, server: 'AmazonS3' } };
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

const failure = (status: number, code: string, text: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', server: 'AmazonS3' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`,
});
