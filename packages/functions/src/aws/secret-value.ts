import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { logger } from '../observability.ts';
import { oncePerKey } from '../once-per-key.ts';
import { createRefreshed, type Refreshed } from '../refreshed.ts';
import { traced } from '../tracing.ts';

/** A version of a secret, by its staging label. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

let client: SecretsManagerClient | undefined;

// Secrets Manager answers in milliseconds, and where it doesn't, a known value does: nobody waits for long.
const createClient = () =>
  traced(
    new SecretsManagerClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
    }),
  );

/** A secret's text as it is now; nothing where no version has that label. */
const readSecret = async (arn: string, stage: SecretStage = 'AWSCURRENT'): Promise<string | undefined> => {
  client ??= createClient();
  try {
    const input = { SecretId: arn, VersionStage: stage };
    const { SecretString } = await client.send(new GetSecretValueCommand(input));
    if (SecretString === undefined) throw new Error(`Secret ${arn} has no text value`);
    return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException && stage !== 'AWSCURRENT') return undefined;
    throw error;
  }
};

/**
 * What is made of a secret's versions, read again every five minutes, and at need every ten seconds. While Secrets
 * Manager does not answer, the last known versions go on being used.
 */
export const secretVersions = <Value>(
  arn: string,
  stages: readonly SecretStage[],
  make: (texts: readonly string[]) => Value,
): Refreshed<Value> =>
  createRefreshed({
    ttlSeconds: 300,
    pauseSeconds: 10,
    load: async () => {
      const texts = await Promise.all(stages.map((stage) => readSecret(arn, stage)));
      return make(texts.filter((text) => text !== undefined));
    },
    onFailure: (error) => logger.warn('A secret could not be read again', error as Error),
  });

const current = oncePerKey((arn) => secretVersions(arn, ['AWSCURRENT'], ([text = '']) => text));

/**
 * A secret's text, cached for five minutes: a rotated secret is picked up while the old one is still valid.
 *
 * @example
 * const key = await secretValue(resources.GatewaySecret.arn);
 */
export const secretValue = (arn: string): Promise<string> => current(arn).get();
