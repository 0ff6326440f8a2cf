import { AwsError } from '../cloud.ts';
import type { RotationRules } from './rotation-rules.ts';

/** The value of a secret; bytes are in base64. */
export type Value = { readonly SecretString: string } | { readonly SecretBinary: string };

/** A value at rest: as it is, or encrypted with a data key that the KMS key encrypts. */
export type Sealed =
  | { readonly plain: Value }
  | { readonly keyId: string; readonly dataKey: string; readonly encrypted: string };

interface Version {
  /** Undefined while a rotation has only announced it. */
  readonly value?: Sealed;
  readonly stages: readonly string[];
  readonly createdAt: number;
}

/** A rotation under way. */
export interface Run {
  /** The id of the version that it makes. */
  readonly token: string;
  /** Which of the steps is next. */
  readonly step: number;
  readonly attempt: number;
  /** When the step may be tried, in milliseconds since 1970. */
  readonly notBefore: number;
  /** Only asks whether the function could rotate: RotateImmediately was false. */
  readonly testOnly?: boolean;
}

export interface Rotation {
  readonly enabled: boolean;
  readonly lambdaArn: string;
  readonly rules?: RotationRules;
  readonly run?: Run;
  readonly rotatedAt?: number;
  readonly nextAt?: number;
}

/** A secret, as it is kept. */
export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** By version id. */
  readonly versions: Readonly<Record<string, Version>>;
  readonly rotation?: Rotation;
  /** What the template said about the value, and about the rotation, when it was last acted on. */
  readonly valueTemplate?: string;
  readonly rotationTemplate?: string;
}

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
const PREVIOUS = 'AWSPREVIOUS';

/** AWS removes deprecated versions once there are more than about a hundred. */
const MAX_VERSIONS = 100;

export const versionWith = ({ versions }: SecretRecord, stage: string): string | undefined =>
  Object.keys(versions).find((id) => versions[id]?.stages.includes(stage));

/** Gives a staging label to one version and takes it from all others; where it was current, the old one becomes previous. */
export const moveStage = (record: SecretRecord, stage: string, to: string): SecretRecord => {
  const from = versionWith(record, stage);
  if (from === to) return record;
  const moved = placeStage(record, stage, to);
  return stage === CURRENT && from !== undefined ? placeStage(moved, PREVIOUS, from) : moved;
};

export const removeStage = (record: SecretRecord, stage: string): SecretRecord =>
  placeStage(record, stage, undefined);

const placeStage = (record: SecretRecord, stage: string, to: string | undefined): SecretRecord => ({
  ...record,
  versions: Object.fromEntries(
    Object.entries(record.versions).map(([id, version]) => {
      const others = version.stages.filter((each) => each !== stage);
      return [id, { ...version, stages: id === to ? [...others, stage] : others }];
    }),
  ),
});

/** Adds a version, or fills one that was only announced. */
export const putVersion = (
  record: SecretRecord,
  id: string,
  {
    stages,
    ...rest
  }: { readonly value?: Sealed; readonly stages: readonly string[]; readonly createdAt: number },
): SecretRecord => {
  const known = record.versions[id];
  const version: Version = { ...rest, stages: known?.stages ?? [] };
  const added = { ...record, changedAt: rest.createdAt, versions: { ...record.versions, [id]: version } };
  return forgetDeprecated(stages.reduce((each, stage) => moveStage(each, stage, id), added));
};

const forgetDeprecated = (record: SecretRecord): SecretRecord => {
  const ids = Object.keys(record.versions);
  if (ids.length <= MAX_VERSIONS) return record;
  const oldest = ids.find((id) => record.versions[id]?.stages.length === 0);
  if (oldest === undefined)
    throw new AwsError('LimitExceededException', 'This secret has too many versions.');
  const { [oldest]: _, ...versions } = record.versions;
  return { ...record, versions };
};
