import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const LEFT_OUT = new Set(['node_modules', '.serverless', '.esbuild', '.git']);

/** Workspaces that no bundle or template is made of; working on them must not package anything again. */
const NOT_PACKAGED = new Set(['packages/local', 'packages/testing']);

/** Everything that a service's package can depend on: files and folders, relative to the root. */
const inputs = (root: string, serviceFolder: string): string[] => {
  const workspaces = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const services = readdirSync(join(root, 'services')).map((name) => `services/${name}`);
  return [
    'package-lock.json',
    'stepfunctions',
    ...workspaces.filter((folder) => !NOT_PACKAGED.has(folder)),
    // Other contexts' typed resources may be linked; what all services share stands beside their folders.
    ...services.map((path) => (isFolder(join(root, path)) ? `${path}/resources.ts` : path)),
    relative(root, serviceFolder),
  ];
};

/** A hash of all that the service's package is made of: it changes when packaging again could give something else. */
export const fingerprint = (root: string, serviceFolder: string): string => {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs(root, serviceFolder)) add(hash, root, input);
  return hash.digest('hex').slice(0, 16);
};

const add = (hash: Hash, root: string, path: string): void => {
  const full = join(root, path);
  if (isFolder(full)) {
    for (const name of readdirSync(full).sort()) if (!LEFT_OUT.has(name)) add(hash, root, join(path, name));
    return;
  }
  if (path.endsWith('.test.ts')) return;
  try {
    const content = readFileSync(full);
    hash.update(`${path}\0${content.length}\0`).update(content);
  } catch {
    // A service without resources.ts.
  }
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
