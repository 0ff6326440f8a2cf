import { randomUUID } from 'node:crypto';
import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import type { Input } from './input.ts';
import { CURRENT, putVersion, type SecretRecord, type Value, versionWith } from './record.ts';
import type { Secrets } from './secrets.ts';
import { openValue, reseal, sealValue } from './vault.ts';

/** AWS's limit on a value, in bytes. */
const MAX_VALUE_BYTES = 65_536;

/** Which version a reader asks for. Throws ResourceNotFoundException where there is none, or none with a value. */
const selectVersion = (record: SecretRecord, { VersionId, VersionStage }: Input): string => {
  const stage = VersionStage ?? CURRENT;
  const id = VersionId ?? versionWith(record, stage);
  const version = id === undefined ? undefined : record.versions[id];
  if (id === undefined || version?.value === undefined) {
    const which = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${which}`,
    );
  }
  if (VersionId !== undefined && VersionStage !== undefined && !version.stages.includes(VersionStage)) {
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return id;
};

/** The actions that read and write values. */
export const createValues = (cloud: Cloud, secrets: Secrets, now: () => number) => {
  const read = async (input: Input) => {
    const record = secrets.find(input.SecretId);
    const { arn, name, versions } = record;
    const VersionId = selectVersion(record, input);
    const { value, stages, createdAt } = versions[VersionId] as Required<SecretRecord['versions'][string]>;
    return {
      ARN: arn,
      Name: name,
      VersionId,
      ...(await openValue(cloud, value, { arn, versionId: VersionId })),
      VersionStages: stages,
      CreatedDate: createdAt / 1000,
    };
  };

  /** The value under the caller's token, written once however often the call is repeated. */
  const write = async (record: SecretRecord, input: Input, stages: readonly string[]): Promise<string> => {
    const value = valueIn(input);
    const versionId = input.ClientRequestToken ?? randomUUID();
    const existing = record.versions[versionId]?.value;
    if (existing !== undefined) {
      const known = await openValue(cloud, existing, { arn: record.arn, versionId });
      if (JSON.stringify(known) === JSON.stringify(value)) return versionId;
      throw new AwsError(
        'ResourceExistsException',
        "You can't modify a secret version. You can only create new versions to store new secret values.",
      );
    }
    const sealed = await sealValue(cloud, value, { arn: record.arn, kmsKeyId: record.kmsKeyId, versionId });
    secrets.save(putVersion(record, versionId, { value: sealed, stages, createdAt: now() }));
    return versionId;
  };

  return {
    GetSecretValue: read,

    BatchGetSecretValue: async ({ SecretIdList = [] }: Input, caller: Caller) => {
      if (SecretIdList.length === 0 || SecretIdList.length > 20) {
        throw new AwsError('InvalidParameterException', 'SecretIdList holds from 1 to 20 secrets.');
      }
      const answers = await Promise.all(
        SecretIdList.map((SecretId) =>
          // Each with the caller's own permissions on it.
          cloud
            .call<object>(caller, 'secretsmanager', 'GetSecretValue', { SecretId })
            .catch((error: AwsError) => ({ SecretId, ErrorCode: error.code, Message: error.message })),
        ),
      );
      return {
        SecretValues: answers.filter((answer) => !('ErrorCode' in answer)),
        Errors: answers.filter((answer) => 'ErrorCode' in answer),
      };
    },

    PutSecretValue: (input: Input) =>
      secrets.change(input.SecretId, async (record) => {
        const VersionId = await write(record, input, input.VersionStages ?? [CURRENT]);
        const { stages } = secrets.find(record.arn).versions[VersionId] as { stages: readonly string[] };
        return { ARN: record.arn, Name: record.name, VersionId, VersionStages: stages };
      }),

    UpdateSecret: (input: Input) =>
      secrets.change(input.SecretId, async (record) => {
        const { Description, KmsKeyId, SecretString, SecretBinary } = input;
        const moved =
          KmsKeyId === undefined || KmsKeyId === record.kmsKeyId
            ? record
            : await reseal(cloud, record, KmsKeyId);
        const described = {
          ...moved,
          changedAt: now(),
          ...(Description !== undefined && { description: Description }),
          ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
        };
        const answer = { ARN: record.arn, Name: record.name };
        if (SecretString === undefined && SecretBinary === undefined) {
          secrets.save(described);
          return answer;
        }
        return { ...answer, VersionId: await write(described, input, [CURRENT]) };
      }),
  };
};

const valueIn = ({ SecretString, SecretBinary }: Input): Value => {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    const message =
      "You can't specify both a binary secret value and a string secret value in the same secret.";
    throw new AwsError('InvalidParameterException', message);
  }
  const text = SecretString ?? SecretBinary;
  if (text === undefined) {
    throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  const size = SecretString === undefined ? Buffer.from(text, 'base64').length : Buffer.byteLength(text);
  if (size > MAX_VALUE_BYTES) {
    const name = SecretString === undefined ? 'secretBinary' : 'secretString';
    const message = `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${MAX_VALUE_BYTES}`;
    throw new AwsError('ValidationException', message);
  }
  return SecretString === undefined ? { SecretBinary: text } : { SecretString: text };
};
