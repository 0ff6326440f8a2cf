import { AwsError, type Cloud } from '../cloud.ts';
import { open, seal } from '../kms/ciphertext.ts';
import type { Sealed, SecretRecord, Value } from './record.ts';

/** What names the value to KMS; a grant may be bound to it. */
export const encryptionContext = (arn: string, versionId: string) => ({
  SecretARN: arn,
  SecretVersionId: versionId,
});

const root = { kind: 'root' } as const;

/** Encrypts a value with the secret's own key, where it has one. Whether the caller may was checked before. */
export const sealValue = async (
  cloud: Pick<Cloud, 'call'>,
  value: Value,
  {
    arn,
    kmsKeyId,
    versionId,
  }: { readonly arn: string; readonly kmsKeyId?: string | undefined; readonly versionId: string },
): Promise<Sealed> => {
  if (kmsKeyId === undefined) return { plain: value };
  const EncryptionContext = encryptionContext(arn, versionId);
  const input = { KeyId: kmsKeyId, KeySpec: 'AES_256', EncryptionContext };
  const key = await callKms<{ Plaintext: string; CiphertextBlob: string }>(
    cloud,
    'GenerateDataKey',
    input,
    'Encrypt',
  );
  const material = Buffer.from(key.Plaintext, 'base64');
  const encrypted = seal({ id: '', material }, Buffer.from(JSON.stringify(value)), EncryptionContext);
  return { keyId: kmsKeyId, dataKey: key.CiphertextBlob, encrypted: encrypted.toString('base64') };
};

export const openValue = async (
  cloud: Pick<Cloud, 'call'>,
  sealed: Sealed,
  { arn, versionId }: { readonly arn: string; readonly versionId: string },
): Promise<Value> => {
  if ('plain' in sealed) return sealed.plain;
  const EncryptionContext = encryptionContext(arn, versionId);
  const input = { CiphertextBlob: sealed.dataKey, EncryptionContext };
  const { Plaintext } = await callKms<{ Plaintext: string }>(cloud, 'Decrypt', input, 'Decrypt');
  const material = Buffer.from(Plaintext, 'base64');
  return JSON.parse(
    open(material, Buffer.from(sealed.encrypted, 'base64'), EncryptionContext).toString(),
  ) as Value;
};

/** Moves the labelled versions under another key, as AWS does where a secret's key changes. */
export const reseal = async (
  cloud: Pick<Cloud, 'call'>,
  record: SecretRecord,
  kmsKeyId: string | undefined,
): Promise<SecretRecord> => {
  const { arn } = record;
  const versions = { ...record.versions };
  for (const [versionId, version] of Object.entries(versions)) {
    if (version.value === undefined || version.stages.length === 0) continue;
    const value = await openValue(cloud, version.value, { arn, versionId });
    versions[versionId] = { ...version, value: await sealValue(cloud, value, { arn, kmsKeyId, versionId }) };
  }
  return { ...record, versions };
};

const callKms = async <Output>(
  cloud: Pick<Cloud, 'call'>,
  action: string,
  input: object,
  direction: 'Encrypt' | 'Decrypt',
): Promise<Output> => {
  try {
    return await cloud.call<Output>(root, 'kms', action, input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const can = direction === 'Encrypt' ? 'encrypt' : 'decrypt';
    throw new AwsError(
      `${direction}ionFailure`,
      `Secrets Manager can't ${can} the protected secret text using the provided KMS key. ${error.message}`,
    );
  }
};
