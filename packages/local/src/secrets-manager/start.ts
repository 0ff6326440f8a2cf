import { type Api, AwsError, type Caller, type Cloud, type Permission, type Running } from '../cloud.ts';
import { kmsPermissions } from '../kms/permissions.ts';
import { generatePassword } from './generate.ts';
import type { Input } from './input.ts';
import { CURRENT, type SecretRecord, versionWith } from './record.ts';
import { createRotate } from './rotate.ts';
import { createRotations } from './rotation.ts';
import { openSecrets } from './secrets.ts';
import { createStages } from './stages.ts';
import { createValues } from './values.ts';
import { encryptionContext } from './vault.ts';

/** Secrets Manager: the secrets of the templates, and their rotation. */
export const start = (cloud: Cloud): Promise<Running & { readonly api: Api }> =>
  startSecrets(cloud, Date.now);

/** The same by another clock. */
export const startSecrets = async (
  cloud: Cloud,
  now: () => number,
): Promise<Running & { readonly api: Api }> => {
  const secrets = await openSecrets(cloud, now);
  const rotations = createRotations(cloud, secrets, now);
  const { actions: rotate, deploySchedules } = createRotate(cloud, secrets, rotations, now);
  const actions: Readonly<Record<string, (input: Input, caller: Caller) => Promise<object>>> = {
    ...createValues(cloud, secrets, now),
    ...createStages(secrets),
    ...rotate,
    GetRandomPassword: async (input) => ({ RandomPassword: generatePassword(input) }),
  };
  // Not before every module is up: a rotation's function may call any of them.
  const resume = setImmediate(deploySchedules);
  return {
    api: {
      permissions: (action: string, input: Input) => {
        if (!Object.hasOwn(actions, action)) {
          throw new AwsError('UnknownOperationException', `secretsmanager:${action} does not run locally`);
        }
        return permissionsOf(cloud, secrets.find, action, input);
      },
      handle: async (action: string, input: Input, caller: Caller) => actions[action]?.(input, caller),
    },
    stop: async () => {
      clearImmediate(resume);
      rotations.stop();
    },
  };
};

/** Calls that are about no one secret. */
const general = new Set(['BatchGetSecretValue', 'GetRandomPassword']);

const permissionsOf = (
  cloud: Cloud,
  find: (id: string | undefined) => SecretRecord,
  action: string,
  input: Input,
): readonly Permission[] => {
  if (general.has(action)) return [{ action: `secretsmanager:${action}`, resource: '*' }];
  const record = find(input.SecretId);
  const own: Permission = {
    action: `secretsmanager:${action}`,
    resource: record.arn,
    context: () => ({
      'secretsmanager:SecretId': record.arn,
      'secretsmanager:resource/AllowRotationLambdaArn': record.rotation?.lambdaArn ?? [],
      ...(input.VersionId !== undefined && { 'secretsmanager:VersionId': input.VersionId }),
      'secretsmanager:VersionStage': input.VersionStage ?? CURRENT,
    }),
  };
  const lambda =
    action === 'RotateSecret' ? (input.RotationLambdaARN ?? record.rotation?.lambdaArn) : undefined;
  const invoke = lambda === undefined ? [] : [{ action: 'lambda:InvokeFunction', resource: lambda }];
  return [own, ...invoke, ...keyPermissions(cloud, action, record, input)];
};

/** To read a value, its version's key; to write one, that of the secret. */
const keyPermissions = (
  cloud: Cloud,
  action: string,
  record: SecretRecord,
  input: Input,
): readonly Permission[] => {
  const service = 'secretsmanager';
  if (action === 'GetSecretValue') {
    const versionId = input.VersionId ?? versionWith(record, input.VersionStage ?? CURRENT) ?? '';
    const sealed = record.versions[versionId]?.value;
    const keyId = sealed !== undefined && 'keyId' in sealed ? sealed.keyId : undefined;
    const encryption = {
      service,
      actions: ['Decrypt'],
      encryptionContext: encryptionContext(record.arn, versionId),
    } as const;
    return kmsPermissions(cloud, keyId, encryption);
  }
  const writes = input.SecretString !== undefined || input.SecretBinary !== undefined;
  if (!writes && (action !== 'UpdateSecret' || input.KmsKeyId === undefined)) return [];
  const versionId = input.ClientRequestToken ?? '';
  return kmsPermissions(cloud, input.KmsKeyId ?? record.kmsKeyId, {
    service,
    actions: ['GenerateDataKey', 'Decrypt'],
    encryptionContext: encryptionContext(record.arn, versionId),
  });
};
