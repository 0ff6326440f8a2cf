import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { WireRequest } from '../cloud.ts';
import { sessionToken } from '../iam/credentials.ts';
import { readCredential, readHeader } from './authorization-header.ts';
import { canonicalRequest } from './canonical-request.ts';
import { SignatureError } from './signature-error.ts';

/** What a request has to be signed for. */
export interface Scope {
  /** The service's name in signatures, such as `monitoring`. */
  readonly service: string;
  readonly region: string;
}

/** How far the clocks of client and service may be apart: 15 minutes, AWS's own limit. */
const MAX_SKEW_MS = 15 * 60_000;

/** Verifies Signature Version 4 in the `Authorization` header, in the order in which AWS does, and gives the access key. */
export const createVerifier = (secret: string, now: () => number = Date.now) => {
  const keys = new Map<string, KeyObject>();
  /** A key holds for a day, a region and a service. */
  const signingKey = (date: string, region: string, service: string): KeyObject => {
    const name = `${date}/${region}/${service}`;
    const known = keys.get(name);
    if (known !== undefined) return known;
    // As a key object, which makes a signature in a seventh of the time that bytes take.
    const key = createSecretKey([region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, date)));
    if (keys.size > 1_000) keys.clear();
    keys.set(name, key);
    return key;
  };

  return (
    request: WireRequest,
    { service, region }: Scope,
    isKnown: (accessKey: string) => boolean,
  ): string => {
    const { headers } = request;
    const time = headers['x-amz-date'] ?? headers.date;
    const { algorithm, credential, signedHeaders, signature } = readHeader(headers.authorization ?? '', time);
    checkTime(time as string, now());
    if (!signedHeaders.split(';').includes('host')) {
      throw new SignatureError('invalid', "'Host' must be a 'SignedHeader' in the AWS Authorization.");
    }
    if (algorithm !== 'AWS4-HMAC-SHA256') {
      throw new SignatureError('incomplete', `Unsupported AWS 'algorithm': '${algorithm}'. `);
    }
    const [accessKey, date, ...scope] = readCredential(credential);
    checkScope([date as string, ...scope], { service, region }, time as string);
    if (!isKnown(accessKey as string)) throw unknownToken();
    const canonical = canonicalRequest(request, signedHeaders, service === 's3');
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${date}/${region}/${service}/aws4_request\n${hash('sha256', canonical)}`;
    const key = signingKey(date as string, region, service);
    if (createHmac('sha256', key).update(toSign).digest('hex') !== signature)
      throw mismatch(canonical, toSign);
    checkToken(accessKey as string, headers['x-amz-security-token']);
    return accessKey as string;
  };
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const checkTime = (time: string, now: number): void => {
  const signedAt = readTime(time);
  if (Number.isNaN(signedAt)) {
    throw new SignatureError(
      'incomplete',
      `Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  if (signedAt < now - MAX_SKEW_MS) {
    const earliest = basicFormat(now - MAX_SKEW_MS);
    throw new SignatureError(
      'skewed',
      `Signature expired: ${time} is now earlier than ${earliest} (${basicFormat(now)} - 15 min.)`,
    );
  }
  if (signedAt > now + MAX_SKEW_MS) {
    const latest = basicFormat(now + MAX_SKEW_MS);
    throw new SignatureError(
      'skewed',
      `Signature not yet current: ${time} is still later than ${latest} (${basicFormat(now)} + 15 min.)`,
    );
  }
};

/** Milliseconds of a time such as `20260301T120000Z`. */
const readTime = (time: string): number => {
  if (!/^\d{8}T\d{6}Z$/.test(time)) return Number.NaN;
  const part = (from: number, to: number) => Number(time.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
};

const basicFormat = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

const checkScope = ([date, region, service, term]: string[], scope: Scope, time: string): void => {
  const day = time.slice(0, 8);
  if (region === scope.region && service === scope.service && term === 'aws4_request' && date === day) return;
  let message = '';
  if (region !== scope.region) message += `Credential should be scoped to a valid region, not '${region}'. `;
  if (service !== scope.service)
    message += `Credential should be scoped to correct service: '${scope.service}'. `;
  if (term !== 'aws4_request') {
    message += `Credential should be scoped with a valid terminator: 'aws4_request', not '${term}'. `;
  }
  if (date !== day) {
    message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${time}'. `;
  }
  throw new SignatureError('invalid', message);
};

const unknownToken = () =>
  new SignatureError('unknown', 'The security token included in the request is invalid.');

const mismatch = (canonical: string, toSign: string) =>
  new SignatureError(
    'mismatch',
    `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
  );

/** A role's temporary key is worth nothing without its token, and a token nothing without such a key. */
const checkToken = (accessKey: string, token: string | readonly string[] | undefined): void => {
  if (token !== (accessKey.startsWith('ASIA') ? sessionToken : undefined)) throw unknownToken();
};
