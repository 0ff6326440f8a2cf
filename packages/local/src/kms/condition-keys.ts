import type { Cloud, Context } from '../cloud.ts';
import type { EncryptionContext } from './ciphertext.ts';
import type { Key } from './keys.ts';

/** What conditions see of a call that names a key by `id`. */
export const conditionKeys = (
  { accountId }: Cloud,
  { aliases }: Key,
  id: string,
  context: EncryptionContext = {},
): Context => ({
  'kms:CallerAccount': accountId,
  'kms:KeySpec': 'SYMMETRIC_DEFAULT',
  'kms:KeyUsage': 'ENCRYPT_DECRYPT',
  'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
  'kms:ResourceAliases': aliases,
  ...(id.includes('alias/') && { 'kms:RequestAlias': id.slice(id.indexOf('alias/')) }),
  ...contextKeys(context),
});

/** `kms:EncryptionContext:<name>` for each pair, and the names of all. */
export const contextKeys = (context: EncryptionContext): Context => ({
  ...Object.fromEntries(
    Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
  ),
  'kms:EncryptionContextKeys': Object.keys(context),
});
