import { randomBytes } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import { type EncryptionContext, keyIdOf, open, seal } from './ciphertext.ts';
import type { Key, Keys } from './keys.ts';

/** The members of all calls; bytes are in base64, as on the wire. */
export interface Input {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly SourceKeyId?: string;
  readonly SourceEncryptionContext?: EncryptionContext;
  readonly DestinationKeyId?: string;
  readonly DestinationEncryptionContext?: EncryptionContext;
  readonly KeySpec?: string;
  readonly NumberOfBytes?: number;
}

type Action = (input: Input) => object;

const ALGORITHM = 'SYMMETRIC_DEFAULT';
/** A key encrypts small things, such as the keys that encrypt large ones. */
const MAX_PLAINTEXT_BYTES = 4096;
const MAX_RANDOM_BYTES = 1024;

/** The actions of KMS, by name. */
export const createActions = (keys: Keys): Readonly<Record<string, Action>> => {
  const usable = (id: string): Key => {
    const key = keys.find(id);
    if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    return key;
  };
  const decrypt = (blob: Buffer, given: string | undefined, context: EncryptionContext = {}) => {
    const key = usable(keyIdOf(blob));
    if (given !== undefined && keys.find(given).arn !== key.arn) {
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    return { key, plaintext: open(key.material, blob, context) };
  };
  const dataKey = ({ KeyId, EncryptionContext = {}, ...input }: Input) => {
    const key = usable(required('keyId', KeyId));
    const plaintext = randomBytes(dataKeyBytes(input));
    const blob = seal(key, plaintext, EncryptionContext);
    return { CiphertextBlob: toBase64(blob), Plaintext: toBase64(plaintext), KeyId: key.arn };
  };

  return {
    Encrypt: ({ KeyId, Plaintext, EncryptionContext = {} }) => {
      const key = usable(required('keyId', KeyId));
      const plaintext = fromBase64(required('plaintext', Plaintext), 'plaintext', MAX_PLAINTEXT_BYTES);
      const blob = seal(key, plaintext, EncryptionContext);
      return { CiphertextBlob: toBase64(blob), KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
    },
    Decrypt: ({ CiphertextBlob, KeyId, EncryptionContext }) => {
      const { key, plaintext } = decrypt(blobOf(CiphertextBlob), KeyId, EncryptionContext);
      return { KeyId: key.arn, Plaintext: toBase64(plaintext), EncryptionAlgorithm: ALGORITHM };
    },
    ReEncrypt: (input) => {
      const blob = blobOf(input.CiphertextBlob);
      const { key, plaintext } = decrypt(blob, input.SourceKeyId, input.SourceEncryptionContext);
      const to = usable(required('destinationKeyId', input.DestinationKeyId));
      return {
        CiphertextBlob: toBase64(seal(to, plaintext, input.DestinationEncryptionContext ?? {})),
        SourceKeyId: key.arn,
        KeyId: to.arn,
        SourceEncryptionAlgorithm: ALGORITHM,
        DestinationEncryptionAlgorithm: ALGORITHM,
      };
    },
    GenerateDataKey: dataKey,
    GenerateDataKeyWithoutPlaintext: (input) => {
      const { Plaintext, ...withoutPlaintext } = dataKey(input);
      return withoutPlaintext;
    },
    GenerateRandom: ({ NumberOfBytes }) => ({
      Plaintext: toBase64(randomBytes(bounded('numberOfBytes', required('numberOfBytes', NumberOfBytes)))),
    }),
    DescribeKey: ({ KeyId }) => ({ KeyMetadata: describe(keys.find(required('keyId', KeyId))) }),
  };
};

const describe = ({ id, arn, enabled, description, managed, createdAt }: Key) => ({
  AWSAccountId: arn.split(':')[4],
  KeyId: id,
  Arn: arn,
  CreationDate: createdAt / 1000,
  Enabled: enabled,
  Description: description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: enabled ? 'Enabled' : 'Disabled',
  Origin: 'AWS_KMS',
  KeyManager: managed ? 'AWS' : 'CUSTOMER',
  CustomerMasterKeySpec: ALGORITHM,
  KeySpec: ALGORITHM,
  EncryptionAlgorithms: [ALGORITHM],
  MultiRegion: false,
});

const dataKeyBytes = ({ KeySpec, NumberOfBytes }: Input): number => {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  if (NumberOfBytes !== undefined) return bounded('numberOfBytes', NumberOfBytes);
  if (KeySpec === 'AES_256') return 32;
  if (KeySpec === 'AES_128') return 16;
  throw invalid(`Value '${KeySpec}' at 'keySpec'`, 'Member must satisfy enum value set: [AES_256, AES_128]');
};

const invalid = (what: string, constraint: string) =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`,
  );

export const required = <T>(name: string, value: T | undefined): T => {
  if (value === undefined || value === '')
    throw invalid(`Value null at '${name}'`, 'Member must not be null');
  return value;
};

const bounded = (name: string, value: number): number => {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_RANDOM_BYTES) return value;
  const limit = value < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_RANDOM_BYTES}`;
  throw invalid(`Value '${value}' at '${name}'`, `Member must have value ${limit}`);
};

const fromBase64 = (text: string, name: string, most: number): Buffer => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length <= most) return bytes;
  throw invalid(`Value at '${name}'`, `Member must have length less than or equal to ${most}`);
};

export const blobOf = (text: string | undefined): Buffer =>
  fromBase64(required('ciphertextBlob', text), 'ciphertextBlob', 6144);

const toBase64 = (bytes: Buffer): string => bytes.toString('base64');
