import { AwsError } from '../cloud.ts';

/** S3's errors, in its own words. */
export const noSuchBucket = () => new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
export const noSuchKey = () => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
export const noSuchVersion = () =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
export const noSuchUpload = () =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
  );
export const accessDenied = (message = 'Access Denied') => new AwsError('AccessDenied', message, 403);
export const invalidArgument = (message: string) => new AwsError('InvalidArgument', message);
export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
export const methodNotAllowed = () =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
export const preconditionFailed = () =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
export const notImplemented = (what: string) =>
  new AwsError('NotImplemented', `${what} is not implemented on this machine`, 501);
