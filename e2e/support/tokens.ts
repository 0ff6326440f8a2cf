import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What a token says, unchecked. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** The key that the local user pool signs its tokens with: it lies in the shop's data folder. */
export const signingKeyOf = (dataFolder: string): { keyId: string; privateKey: KeyObject } => {
  // A copy, as the running shop has the database to itself.
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  for (const name of ['cloud.db', 'cloud.db-wal']) copyFileSync(join(dataFolder, name), join(folder, name));
  const db = new DatabaseSync(join(folder, 'cloud.db'));
  const row = db.prepare("SELECT value FROM entries WHERE store = 'cognito-keys'").get();
  db.close();
  rmSync(folder, { recursive: true });
  const { id, privateKey } = JSON.parse(String(row?.value));
  return { keyId: id, privateKey: createPrivateKey({ key: privateKey, format: 'jwk' }) };
};

/**
 * A token like the given one with other claims, signed by the local user pool itself, so that a test need not wait
 * an hour for a token to expire.
 */
export const signAgain = (dataFolder: string, token: string, claims: Record<string, unknown>): string => {
  const { keyId, privateKey } = signingKeyOf(dataFolder);
  const content = `${encode({ alg: 'RS256', kid: keyId })}.${encode({ ...claimsOf(token), ...claims })}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), privateKey).toString('base64url')}`;
};
