import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { secretAccessKey, sessionToken } from './iam/credentials.ts';

/** A hash as the signer wants it: something to construct. */
class Sha256 {
  private hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

export interface SigningOptions {
  /** The service's name in signatures, such as `dynamodb`. */
  readonly service: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly date?: Date;
}

/** What a client needs to call as the holder of an access key: a function's counts only with its token. */
export const credentialsOf = (accessKeyId: string) => ({
  accessKeyId,
  secretAccessKey,
  ...(accessKeyId.startsWith('ASIA') && { sessionToken }),
});

/** The headers of a request, signed by AWS's own signer. */
export const signRequest = async (url: string, options: SigningOptions): Promise<Record<string, string>> => {
  const { service, method = 'POST', body = '', headers = {}, region = 'us-east-1' } = options;
  const { accessKeyId = 'local', secretAccessKey: secret = secretAccessKey, date = new Date() } = options;
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
  const token = options.sessionToken;
  const credentials = {
    accessKeyId,
    secretAccessKey: secret,
    ...(token !== undefined && { sessionToken: token }),
  };
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256 as never,
    credentials,
    uriEscapePath: service !== 's3',
  });
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  const request = {
    method,
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query,
    headers: { host, ...headers },
    body,
  };
  return (await signer.sign(request, { signingDate: date })).headers;
};

/** Sends a request to the endpoint, signed as `options` say. */
export const fetchSigned = async (url: string, options: SigningOptions): Promise<Response> => {
  const { method = 'POST', body = '' } = options;
  return fetch(url, {
    method,
    headers: await signRequest(url, options),
    ...(body !== '' && { body }),
  });
};
