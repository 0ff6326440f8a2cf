import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { TemplateResource, TemplateResources } from '../template.ts';

/** A file of a site, as its bucket's template names it. */
export interface SiteFile {
  readonly Key: string;
  readonly ContentType: string;
  readonly CacheControl: string;
}

/** Which folder of the service a bucket is filled from, and with what: `Metadata.Site` of the bucket. */
export interface Site {
  readonly Folder: string;
  readonly Files: readonly SiteFile[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** The files below a folder of the service, in a stable order. */
const readSite = (serviceDir: string, folder: string): Site => ({
  Folder: folder,
  Files: readdirSync(join(serviceDir, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(serviceDir, folder).length + 1))
    .sort()
    .map((Key) => ({
      Key,
      ContentType: TYPES[extname(Key)] ?? 'application/octet-stream',
      // A new page shows within a minute, whatever caches lie on its way; CloudFront itself is told at once.
      CacheControl: 'public, max-age=60',
    })),
});

/** A site's template, with what its bucket is to be filled with. */
export const withSite = (
  template: TemplateResources,
  id: string,
  serviceDir: string,
  folder: string,
): TemplateResources => {
  const bucket = template[id] as TemplateResource;
  return { ...template, [id]: { ...bucket, Metadata: { Site: readSite(serviceDir, folder) } } };
};

/** The files of a site, by their keys. */
export const contentOf = (serviceDir: string, { Folder }: Site, { Key }: SiteFile): Buffer =>
  readFileSync(join(serviceDir, Folder, Key));

/** The sites of a template, by the logical id of their bucket. */
export const sitesOf = (resources: TemplateResources): Map<string, Site> =>
  new Map(
    Object.entries(resources).flatMap(([id, { Metadata }]: [string, TemplateResource]) =>
      Metadata?.Site === undefined ? [] : [[id, Metadata.Site as Site]],
    ),
  );
