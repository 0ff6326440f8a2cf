import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, Running } from '../cloud.ts';
import type { PackagedService } from '../cloudformation/templates.ts';

interface Site {
  readonly Folder: string;
  readonly Files: readonly { readonly Key: string }[];
}

const root = { kind: 'root' } as const;

/** Fills the buckets whose templates name a folder of their service to be filled from, as a deployment does. */
export const start = async (
  cloud: Cloud,
  { templates }: { readonly templates: readonly PackagedService[] },
): Promise<Running> => {
  const folders = new Map(templates.map(({ service, folder }) => [service, folder]));
  for (const { service, ref: Bucket, metadata } of cloud.resources) {
    const site = metadata?.Site as Site | undefined;
    for (const file of site?.Files ?? []) {
      const Body = readFileSync(join(folders.get(service) ?? '', site?.Folder ?? '', file.Key));
      const input = { Bucket, ...file, Body, Metadata: {}, Checksums: {} };
      await cloud.call(root, 's3', 'PutObject', input);
    }
  }
  return { stop: async () => {} };
};
