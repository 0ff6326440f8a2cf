import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createCache } from '../cache.ts';
import { traced } from '../tracing.ts';

let client: SecretsManagerClient | undefined;

// Five minutes: a rotated secret is picked up while the old one is still valid.
const secrets = createCache({
  ttlSeconds: 300,
  load: async (arn) => {
    client ??= traced(new SecretsManagerClient({}));
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error(`Secret ${arn} has no text value`);
    return SecretString;
  },
});

/**
 * A secret's text, cached for five minutes.
 *
 * @example
 * const key = await secretValue(resources.GatewaySecret.arn);
 */
export const secretValue = (arn: string): Promise<string> => secrets.get(arn);
