import { SignatureError } from './signature-error.ts';

/** What the `Authorization` header of Signature Version 4 says. */
interface Header {
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

/** Reads it, with the time that has to stand beside it. Throws a SignatureError that names what is missing. */
export const readHeader = (authorization: string, time: string | readonly string[] | undefined): Header => {
  const [, algorithm = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? [];
  const parameters: Record<string, string | undefined> = {};
  for (const pair of rest.split(/[,\s]+/)) {
    const equals = pair.indexOf('=');
    if (equals > 0) parameters[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  const { Credential, SignedHeaders, Signature } = parameters;
  if (!Credential || !SignedHeaders || !Signature || typeof time !== 'string') {
    const missing = Object.entries({ Credential, Signature, SignedHeaders })
      .filter(([, value]) => !value)
      .map(([name]) => `Authorization header requires '${name}' parameter. `);
    if (typeof time !== 'string') {
      missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    throw new SignatureError('incomplete', `${missing.join('')}Authorization=${authorization}`);
  }
  return { algorithm, credential: Credential, signedHeaders: SignedHeaders, signature: Signature };
};

/** Access key, date, region, service and terminator. */
export const readCredential = (credential: string): string[] => {
  const parts = credential.split('/');
  if (parts.length === 5) return parts;
  throw new SignatureError(
    'incomplete',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  );
};
