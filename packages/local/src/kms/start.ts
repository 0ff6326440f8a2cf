import { type Api, AwsError, type Cloud, type Permission, type Running } from '../cloud.ts';
import { blobOf, createActions, type Input, required } from './actions.ts';
import { type EncryptionContext, keyIdOf } from './ciphertext.ts';
import { conditionKeys } from './condition-keys.ts';
import { openKeys } from './keys.ts';

/** KMS: the keys and aliases of the templates, encrypting for real. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const keys = openKeys(cloud);
  const actions = createActions(keys);

  const need = (action: string, id: string, context: EncryptionContext | undefined): Permission => {
    const key = keys.find(id);
    return {
      action: `kms:${action}`,
      resource: key.arn,
      context: () => conditionKeys(cloud, key, id, context),
    };
  };
  const permissions = (action: string, input: Input): readonly Permission[] => {
    if (!Object.hasOwn(actions, action)) {
      throw new AwsError('UnknownOperationException', `kms:${action} does not run locally`);
    }
    if (action === 'GenerateRandom') return [{ action: 'kms:GenerateRandom', resource: '*' }];
    if (action === 'Decrypt') {
      return [need('Decrypt', keyIdOf(blobOf(input.CiphertextBlob)), input.EncryptionContext)];
    }
    if (action === 'ReEncrypt') {
      const to = required('destinationKeyId', input.DestinationKeyId);
      return [
        need('ReEncryptFrom', keyIdOf(blobOf(input.CiphertextBlob)), input.SourceEncryptionContext),
        need('ReEncryptTo', to, input.DestinationEncryptionContext),
      ];
    }
    return [need(action, required('keyId', input.KeyId), input.EncryptionContext)];
  };
  return {
    api: { permissions, handle: async (action: string, input: Input) => actions[action]?.(input) },
    stop: async () => {},
  };
};
