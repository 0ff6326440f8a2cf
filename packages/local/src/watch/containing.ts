import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { PackagedService } from '../cloudformation/templates.ts';
import type { Bundle } from './bundles.ts';
import { reachability } from './reachability.ts';

/** A service's own sources are in no other's functions; those of a package may be in any. */
export const mayContain = (
  services: readonly PackagedService[],
  files: ReadonlySet<string>,
): readonly PackagedService[] => {
  const owners = [...files].map((path) => services.find(({ folder }) => path.startsWith(folder + sep)));
  return owners.includes(undefined) ? services : services.filter((service) => owners.includes(service));
};

/**
 * Those of the bundles that contain one of the files. Follows the imports of the workspaces' own sources alone,
 * a tenth of the work of bundling.
 */
export const containing = async (
  options: BuildOptions,
  bundles: readonly Bundle[],
  files: ReadonlySet<string>,
  root: string,
): Promise<Bundle[]> => {
  if (bundles.length === 0) return [];
  const folder = options.absWorkingDir ?? root;
  // What stands in for a package's module is imported by packages, so any bundle may contain it.
  const standIns = Object.values(options.alias ?? {});
  const { metafile } = await build({
    ...options,
    alias: {},
    external: installedPackages(root),
    entryPoints: [...bundles.map(({ entry }) => entry), ...standIns],
    outdir: '/',
    outbase: '/',
    metafile: true,
    minify: false,
    write: false,
  });
  const reaches = reachability(metafile, folder, files);
  const entries = Object.values(metafile.outputs).map(({ entryPoint }) => entryPoint ?? '');
  const own = new Set(bundles.map(({ entry }) => entry));
  if (entries.some((entry) => !own.has(entry) && reaches(entry))) return [...bundles];
  return bundles.filter(({ entry }) => reaches(entry));
};

/** Every package that is not a workspace, which npm installs as a link. */
const installedPackages = (root: string): string[] => {
  const packages = (path: string) =>
    readdirSync(join(root, 'node_modules', path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  if (!existsSync(join(root, 'node_modules'))) return [];
  return packages('').flatMap((name) => (name.startsWith('@') ? packages(name) : [name]));
};
