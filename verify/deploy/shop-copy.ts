import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** All that a deployment reads. */
const DEPLOYED = [
  'package.json',
  'tsconfig.json',
  'serverless-compose.yml',
  'packages',
  'services',
  'stepfunctions',
];

const LEFT_OUT = new Set(['node_modules', '.serverless', '.esbuild']);

/**
 * Copies the shop into `.emporium`, for two reasons: Compose keeps what it knows of the real stages in
 * `.serverless`, which a trial must not overwrite, and a trial changes files.
 *
 * @returns The folder. What is not in it, such as `node_modules`, is found in the folders above.
 */
export const copyShop = (root: string): string => {
  mkdirSync(join(root, '.emporium'), { recursive: true });
  const copy = mkdtempSync(join(root, '.emporium', 'deploy-'));
  const filter = (path: string) => !LEFT_OUT.has(basename(path));
  for (const name of DEPLOYED) cpSync(join(root, name), join(copy, name), { recursive: true, filter });
  mkdirSync(join(copy, 'node_modules', '@emporium'), { recursive: true });
  // Or the workspaces would be the original's.
  for (const folder of globSync(['packages/*', 'services/*'], { cwd: copy })) {
    const manifest = readManifest(join(copy, folder));
    if (manifest) symlinkSync(join(copy, folder), join(copy, 'node_modules', manifest.name));
  }
  symlinkSync(join(root, 'node_modules', '.bin'), join(copy, 'node_modules', '.bin'));
  return copy;
};

const readManifest = (folder: string): { name: string } | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    // A file beside the services' folders.
    return undefined;
  }
};
