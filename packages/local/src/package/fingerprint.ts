import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ownSettings } from './run.ts';

const LEFT_OUT = new Set(['node_modules', '.serverless', '.esbuild', '.git']);

/** Workspaces that no bundle or template is made of; working on them must not package anything again. */
const NOT_PACKAGED = new Set(['packages/local', 'packages/testing']);

/** Every folder whose content decides what is packaged. */
export const packagedFolders = (root: string): string[] =>
  [...workspaces(root), 'services', 'stepfunctions'].map((folder) => join(root, folder));

const workspaces = (root: string): string[] =>
  readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => !NOT_PACKAGED.has(folder));

/** The contexts that others refer to without naming them: events travel on the bus of one, requests come through the other. */
const SHARED_GROUND = new Set(['platform', 'edge']);

/** Everything that a service's package can depend on: files and folders, relative to the root. */
const inputs = (root: string, serviceFolder: string): string[] => {
  const entries = readdirSync(join(root, 'services')).map((name) => ({ name, path: `services/${name}` }));
  const [contexts, common] = [true, false].map((is) =>
    entries.filter(({ path }) => isFolder(join(root, path)) === is),
  ) as [typeof entries, typeof entries];
  const own = ['serverless.yml', 'resources.ts'].map((name) => join(serviceFolder, name));
  const definition = [...own, ...common.map(({ path }) => join(root, path))].map(textOf).join();
  // Other contexts' typed resources may be linked; what all services share stands beside their folders.
  const linked = contexts.filter(
    ({ name }) =>
      SHARED_GROUND.has(name) || definition.includes(`${name}.`) || definition.includes(`/${name}/resources`),
  );
  return [
    'package-lock.json',
    ...workspaces(root),
    ...common.map(({ path }) => path),
    ...linked.map(({ path }) => `${path}/resources.ts`),
    ...(definition.includes('stepfunctions/') ? ['stepfunctions'] : []),
    relative(root, serviceFolder),
  ];
};

/** A hash of all that the service's package is made of: it changes when packaging again could give something else. */
export const fingerprint = (root: string, serviceFolder: string): string => {
  const hash = createHash('sha256').update(process.version).update(JSON.stringify(ownSettings()));
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

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
