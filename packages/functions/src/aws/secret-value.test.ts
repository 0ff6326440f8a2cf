import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { secretValue } from './secret-value.ts';

const manager = mockClient(SecretsManagerClient);

test('a secret is asked for once', async () => {
  manager.on(GetSecretValueCommand, { SecretId: 'arn:a' }).resolves({ SecretString: 's3cret' });
  expect([await secretValue('arn:a'), await secretValue('arn:a')]).toEqual(['s3cret', 's3cret']);
  expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(1);
});

test('a binary secret is refused by name', async () => {
  manager.on(GetSecretValueCommand, { SecretId: 'arn:b' }).resolves({ SecretBinary: new Uint8Array() });
  await expect(secretValue('arn:b')).rejects.toThrow('Secret arn:b has no text value');
});
