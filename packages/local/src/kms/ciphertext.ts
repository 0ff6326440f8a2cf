import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../cloud.ts';

/** What has to be known again to decrypt; it is authenticated, and not in the ciphertext. */
export type EncryptionContext = Readonly<Record<string, string>>;

// A blob is: version, length of the key's id, the id, initialization vector, tag, encrypted text.
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts with AES-256-GCM; the blob names the key, so that decrypting needs no name of it. */
export const seal = (
  key: { readonly id: string; readonly material: Buffer },
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer => {
  const id = Buffer.from(key.id);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv);
  cipher.setAAD(additionalData(key.id, context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION, id.length), id, iv, cipher.getAuthTag(), encrypted]);
};

/** The id of the key that a blob was made with. */
export const keyIdOf = (blob: Buffer): string => {
  const [version, length = 0] = blob;
  if (version !== VERSION || blob.length < 2 + length + IV_BYTES + TAG_BYTES) throw invalidCiphertext();
  return blob.toString('utf8', 2, 2 + length);
};

/** The text of a blob. Throws InvalidCiphertextException where blob, key or context are others than at its making. */
export const open = (material: Buffer, blob: Buffer, context: EncryptionContext): Buffer => {
  const id = keyIdOf(blob);
  const iv = 2 + (blob[1] as number);
  const tag = iv + IV_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(iv, tag), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(blob.subarray(tag, tag + TAG_BYTES));
  decipher.setAAD(additionalData(id, context));
  try {
    return Buffer.concat([decipher.update(blob.subarray(tag + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
};

/** The order of a context's pairs doesn't matter. */
const additionalData = (id: string, context: EncryptionContext): Buffer => {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(JSON.stringify([id, pairs]));
};

/** AWS says no more, lest somebody learns from it what was right. */
const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');
