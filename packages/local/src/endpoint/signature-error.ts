import { AwsError } from '../cloud.ts';
import type { Dialect } from './request.ts';

/** What is wrong with a signature; each protocol has its own names for it. */
type Problem = 'missing' | 'incomplete' | 'invalid' | 'skewed' | 'mismatch' | 'altered' | 'unknown';

/** A request that can't be told to come from whom it says. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly problem: Problem;

  constructor(problem: Problem, message: string) {
    super(message);
    this.problem = problem;
  }
}

type Codes = Readonly<Record<Problem, readonly [code: string, status: number, message?: string]>>;

const json: Codes = {
  missing: ['MissingAuthenticationTokenException', 400],
  incomplete: ['IncompleteSignatureException', 400],
  invalid: ['InvalidSignatureException', 400],
  skewed: ['InvalidSignatureException', 400],
  mismatch: ['InvalidSignatureException', 400],
  altered: ['InvalidSignatureException', 400],
  unknown: ['UnrecognizedClientException', 400],
};

const query: Codes = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 400],
  invalid: ['SignatureDoesNotMatch', 403],
  skewed: ['SignatureDoesNotMatch', 403],
  mismatch: ['SignatureDoesNotMatch', 403],
  altered: ['SignatureDoesNotMatch', 403],
  unknown: ['InvalidClientTokenId', 403],
};

const s3: Codes = {
  missing: ['AccessDenied', 403, 'Access Denied'],
  incomplete: ['AuthorizationHeaderMalformed', 400],
  invalid: ['AuthorizationHeaderMalformed', 400],
  skewed: [
    'RequestTimeTooSkewed',
    403,
    'The difference between the request time and the current time is too large.',
  ],
  mismatch: [
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  altered: ['XAmzContentSHA256Mismatch', 400],
  unknown: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
};

const codesOf = ({ protocol, service }: Dialect): Codes => {
  if (protocol === 'query') return query;
  return protocol === 'rest' && service.prefix === 's3' ? s3 : json;
};

/** The error that a request's service answers with. */
export const toAwsError = (dialect: Dialect, { problem, message }: SignatureError): AwsError => {
  const codes = codesOf(dialect);
  const [code, status, own] = codes[problem];
  return new AwsError(code, own ?? message, dialect.protocol === 'rest' && codes === json ? 403 : status);
};
