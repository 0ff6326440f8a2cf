import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, Running } from '../cloud.ts';
import { loadTemplate, type PackagedService } from '../cloudformation/templates.ts';

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
  for (const packaged of templates) {
    const { resources } = loadTemplate(packaged, cloud.stage);
    for (const [logicalId, { Metadata }] of Object.entries(resources)) {
      const site = Metadata?.Site as Site | undefined;
      if (site === undefined) continue;
      const bucket = cloud.resources.find(
        (each) => each.service === packaged.service && each.logicalId === logicalId,
      );
      for (const file of site.Files) {
        const Body = readFileSync(join(packaged.folder, site.Folder, file.Key));
        await cloud.call(root, 's3', 'PutObject', {
          Bucket: bucket?.ref,
          ...file,
          Body,
          Metadata: {},
          Checksums: {},
        });
      }
    }
  }
  return { stop: async () => {} };
};
