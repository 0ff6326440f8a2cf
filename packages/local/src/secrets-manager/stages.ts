import { AwsError } from '../cloud.ts';
import type { Input } from './input.ts';
import { CURRENT, moveStage, removeStage, type SecretRecord, versionWith } from './record.ts';
import type { Secrets } from './secrets.ts';

const seconds = (time: number | undefined): number | undefined =>
  time === undefined ? undefined : time / 1000;

/** The actions that look at a secret and its versions, and move staging labels. */
export const createStages = (secrets: Secrets) => ({
  DescribeSecret: async ({ SecretId }: Input) => describe(secrets.find(SecretId)),

  ListSecretVersionIds: async ({ SecretId, IncludeDeprecated = false }: Input) => {
    const { arn, name, versions, kmsKeyId } = secrets.find(SecretId);
    const shown = Object.entries(versions).filter(([, { stages }]) => IncludeDeprecated || stages.length > 0);
    return {
      ARN: arn,
      Name: name,
      Versions: shown.map(([VersionId, { stages, createdAt }]) => ({
        VersionId,
        VersionStages: stages,
        CreatedDate: seconds(createdAt),
        KmsKeyIds: [kmsKeyId ?? 'DefaultEncryptionKey'],
      })),
    };
  },

  UpdateSecretVersionStage: (input: Input) =>
    secrets.change(input.SecretId, async (record) => {
      secrets.save(relabelled(record, input));
      return { ARN: record.arn, Name: record.name };
    }),
});

const describe = (record: SecretRecord) => {
  const { arn, name, description, kmsKeyId, createdAt, changedAt, versions, rotation } = record;
  const staged = Object.entries(versions).filter(([, { stages }]) => stages.length > 0);
  return {
    ARN: arn,
    Name: name,
    Description: description,
    KmsKeyId: kmsKeyId,
    CreatedDate: seconds(createdAt),
    LastChangedDate: seconds(changedAt),
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.lambdaArn,
    RotationRules: rotation?.rules,
    LastRotatedDate: seconds(rotation?.rotatedAt),
    NextRotationDate: rotation?.enabled ? seconds(rotation.nextAt) : undefined,
    VersionIdsToStages: Object.fromEntries(staged.map(([id, { stages }]) => [id, stages])),
  };
};

const relabelled = (record: SecretRecord, input: Input): SecretRecord => {
  const { VersionStage, RemoveFromVersionId, MoveToVersionId } = input;
  if (VersionStage === undefined) {
    const message =
      "1 validation error detected: Value null at 'versionStage' failed to satisfy constraint: Member must not be null";
    throw new AwsError('ValidationException', message);
  }
  const holder = versionWith(record, VersionStage);
  for (const id of [RemoveFromVersionId, MoveToVersionId]) {
    if (id !== undefined && record.versions[id] === undefined) {
      const message = `Secrets Manager can't find the specified secret value for VersionId: ${id}`;
      throw new AwsError('ResourceNotFoundException', message);
    }
  }
  if (MoveToVersionId === undefined && VersionStage === CURRENT) {
    const message =
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.";
    throw new AwsError('InvalidParameterException', message);
  }
  if (holder !== undefined && holder !== MoveToVersionId && RemoveFromVersionId !== holder) {
    const message =
      RemoveFromVersionId === undefined
        ? `The parameter RemoveFromVersionId can't be empty. Staging label ${VersionStage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`
        : `The staging label ${VersionStage} is not currently attached to version ${RemoveFromVersionId}.`;
    throw new AwsError('InvalidParameterException', message);
  }
  return MoveToVersionId === undefined
    ? removeStage(record, VersionStage)
    : moveStage(record, VersionStage, MoveToVersionId);
};
