import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller, Permission } from '../cloud.ts';

/** A permission that somebody asked for. */
export interface Usage {
  /** The role's ARN, or the service that acted under a resource's policy. */
  readonly by: string;
  /** For a service: on whose behalf. */
  readonly source?: string;
  /** For a key: by way of which service it is used. */
  readonly via?: string;
  /** For a key: of which table. */
  readonly table?: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

export type NoteUsage = (caller: Caller, permission: Permission, allowed: boolean) => void;

/** Whoever names resources by user input must not fill the disk. */
const MOST = 100_000;

/**
 * Notes what is asked for in a file of its own, each thing once, and at once: so a shop that is killed has noted
 * all of it, and one that runs for long writes nothing any more.
 */
export const noteUsageIn = (folder: string): NoteUsage => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${randomUUID()}.jsonl`);
  const noted = new Set<string>();
  return (caller, { action, resource, context }, allowed) => {
    if (caller.kind === 'root') return;
    const who =
      caller.kind === 'role' ? { by: caller.roleArn } : { by: caller.principal, source: caller.sourceArn };
    const known = (typeof context === 'function' ? context() : context) ?? {};
    const { 'kms:ViaService': via, 'kms:EncryptionContext:aws:dynamodb:tableName': table } = known;
    const line = JSON.stringify({
      ...who,
      ...(typeof via === 'string' && { via }),
      ...(typeof table === 'string' && { table }),
      ...{ action, resource, allowed },
    } satisfies Usage);
    if (noted.has(line) || noted.size === MOST) return;
    noted.add(line);
    appendFileSync(file, `${line}\n`);
  };
};

/** What all shops noted in a folder, each thing once. */
export const readUsage = (folder: string): readonly Usage[] => {
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    // The last line of a shop that was killed while it wrote is no line yet.
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1));
  return [...new Set(lines)].map((line) => JSON.parse(line));
};
