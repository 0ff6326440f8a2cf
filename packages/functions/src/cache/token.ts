import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { defaultProvider } from '../build/lambda-credentials.ts';

/** ElastiCache takes a token for 15 minutes after it was signed. */
const LIFE_SECONDS = 900;

/**
 * The password with which an IAM user opens a connection to an ElastiCache Serverless cache: a signed request that is
 * never sent. A connection outlives its token, but ends after 12 hours at the latest.
 */
export const connectToken = async (
  { cacheName, user, region }: { cacheName: string; user: string; region: string },
  now = new Date(),
): Promise<string> => {
  const signer = new SignatureV4({
    service: 'elasticache',
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: cacheName,
      path: '/',
      headers: { host: cacheName },
      query: { Action: 'connect', ResourceType: 'ServerlessCache', User: user },
    },
    { expiresIn: LIFE_SECONDS, signingDate: now },
  );
  const parameters = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${cacheName}/?${parameters.join('&')}`;
};
