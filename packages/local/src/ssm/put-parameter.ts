import { AwsError, type Cloud } from '../cloud.ts';
import {
  type Parameter,
  type Parameters,
  type ParameterType,
  parameterArn,
  withVersion,
} from './parameters.ts';

export interface PutInput {
  readonly Name?: string;
  readonly Value?: string;
  readonly Type?: ParameterType;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly DataType?: string;
}

/** AWS's own key for parameters. */
export const DEFAULT_KEY = 'alias/aws/ssm';
/** Of a parameter of the standard tier, in bytes. */
const MAX_VALUE_BYTES = 4096;

const invalid = (message: string) => new AwsError('ValidationException', message);

/** Writes a parameter, encrypted where it is a SecureString. Whether the caller may use the key was checked before. */
export const putParameter = async (
  cloud: Pick<Cloud, 'call' | 'region' | 'accountId'>,
  parameters: Parameters,
  input: PutInput,
  now: number,
): Promise<{ Version: number; Tier: 'Standard' }> => {
  const { name, value } = checked(input);
  const before = existing(parameters, name, input);
  const type = input.Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  const arn = parameterArn(cloud, name);
  const keyId = type === 'SecureString' ? (input.KeyId ?? DEFAULT_KEY) : undefined;
  const stored = keyId === undefined ? value : await encrypt(cloud, keyId, value, arn);
  const parameter: Parameter = {
    // Looked up again, as somebody else may have written while this was encrypted.
    ...(existing(parameters, name, input) ?? { name, arn, dataType: input.DataType ?? 'text', versions: [] }),
    type,
  };
  const next = withVersion(parameter, {
    value: stored,
    modifiedAt: now,
    ...(keyId !== undefined && { keyId }),
  });
  parameters.save(next);
  return { Version: next.versions.at(-1)?.version ?? 1, Tier: 'Standard' };
};

const checked = ({ Name = '', Value = '', Type }: PutInput): { name: string; value: string } => {
  if (!/^\/?[\w.-]+(\/[\w.-]+)*$/.test(Name) || /^\/?(ssm|aws)/i.test(Name)) {
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (Name.split('/').length > 16) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      'A hierarchy can have a maximum of fifteen levels.',
    );
  }
  if (Type !== undefined && !['String', 'StringList', 'SecureString'].includes(Type)) {
    throw invalid(
      `1 validation error detected: Value '${Type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]`,
    );
  }
  if (Value === '') {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (Buffer.byteLength(Value) > MAX_VALUE_BYTES) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${MAX_VALUE_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  }
  return { name: Name, value: Value };
};

const existing = (
  parameters: Parameters,
  name: string,
  { Overwrite, Type }: PutInput,
): Parameter | undefined => {
  const found = parameters.find(name);
  if (found === undefined) return undefined;
  if (Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (Type !== undefined && Type !== found.type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy.",
    );
  }
  return found;
};

const encrypt = async (
  cloud: Pick<Cloud, 'call'>,
  KeyId: string,
  value: string,
  arn: string,
): Promise<string> => {
  const input = {
    KeyId,
    Plaintext: Buffer.from(value).toString('base64'),
    EncryptionContext: encryptionContext(arn),
  };
  try {
    const { CiphertextBlob } = await cloud.call<{ CiphertextBlob: string }>(root, 'kms', 'Encrypt', input);
    return CiphertextBlob;
  } catch (error) {
    throw new AwsError('InvalidKeyId', (error as Error).message);
  }
};

const root = { kind: 'root' } as const;

/** What names a parameter to KMS. */
export const encryptionContext = (arn: string) => ({ PARAMETER_ARN: arn });

/** The text of a SecureString. */
export const decrypt = async (
  cloud: Pick<Cloud, 'call'>,
  ciphertext: string,
  arn: string,
): Promise<string> => {
  const input = { CiphertextBlob: ciphertext, EncryptionContext: encryptionContext(arn) };
  try {
    const { Plaintext } = await cloud.call<{ Plaintext: string }>(root, 'kms', 'Decrypt', input);
    return Buffer.from(Plaintext, 'base64').toString();
  } catch (error) {
    throw new AwsError('InvalidKeyId', (error as Error).message);
  }
};
