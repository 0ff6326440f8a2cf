import { AwsError, type Cloud, type Permission } from '../cloud.ts';
import type { EncryptionContext } from './ciphertext.ts';
import { contextKeys } from './condition-keys.ts';
import { keyArnOf, managedKey } from './resolve-key.ts';

interface Use {
  /** The name in `<service>.<region>.amazonaws.com`. */
  readonly service: 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs' | 'ssm' | 'states';
  /** Such as `Decrypt`. */
  readonly actions: readonly string[];
  readonly encryptionContext: EncryptionContext;
}

/** How a service words that its caller may not use the key; without one, it is told as if KMS had been called. */
const refusals: Partial<Record<Use['service'], Permission['refusal']>> = {
  secretsmanager: () => new AwsError('AccessDeniedException', 'Access to KMS is not allowed'),
  sns: (message) => new AwsError('KMSAccessDenied', message),
  sqs: (message) => new AwsError('KmsAccessDenied', message),
  states: (message) => new AwsError('KmsAccessDeniedException', message),
};

/**
 * What a caller needs on a key because a service uses the key on its behalf, as `kms:ViaService` says. Nothing for no
 * key, or one of AWS's own, which serves everybody in the account.
 */
export const kmsPermissions = (
  cloud: Pick<Cloud, 'ofType' | 'region' | 'accountId'>,
  keyId: string | undefined,
  { service, actions, encryptionContext }: Use,
): readonly Permission[] => {
  if (keyId === undefined || managedKey.test(keyId)) return [];
  const resource = keyArnOf(cloud, keyId) ?? keyId;
  const refusal = refusals[service];
  const context = {
    'kms:CallerAccount': cloud.accountId,
    'kms:ViaService': `${service}.${cloud.region}.amazonaws.com`,
    'aws:CalledVia': [`${service}.amazonaws.com`],
    'aws:ViaAWSService': 'true',
    ...contextKeys(encryptionContext),
  };
  return actions.map((action) => ({
    action: `kms:${action}`,
    resource,
    context,
    ...(refusal !== undefined && { refusal }),
  }));
};
