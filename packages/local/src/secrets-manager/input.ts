import type { PasswordOptions } from './generate.ts';
import type { RotationRules } from './rotation-rules.ts';

/** The members of all calls. */
export interface Input extends PasswordOptions {
  readonly SecretId?: string;
  readonly SecretIdList?: readonly string[];
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly VersionStages?: readonly string[];
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  /** In base64. */
  readonly SecretBinary?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly IncludeDeprecated?: boolean;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
  readonly RotationLambdaARN?: string | undefined;
  readonly RotationRules?: RotationRules | undefined;
  readonly RotateImmediately?: boolean;
}
