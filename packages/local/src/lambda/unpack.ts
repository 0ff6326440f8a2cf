import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';

/** Given the name and the content of each file of a package, gives the content to write. */
type Change = (name: string, content: Uint8Array) => Uint8Array;

interface Options {
  /** Where packages are. */
  readonly buildFolder: string;
  /** Where their code goes. */
  readonly codeFolder: string;
  /** What is done to the files on the way, and what tells such a folder from one with the files as they are. */
  readonly change?: { readonly name: string; readonly of: Change } | undefined;
}

/** The folder with a function's unpacked code: the packaged archive's, or a folder of the archive's name. */
export const unpack = (s3Key: string, { buildFolder, codeFolder, change }: Options): string => {
  const archive = join(buildFolder, basename(s3Key));
  if (!existsSync(archive)) {
    const folder = archive.replace(/\.zip$/, '');
    if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
    throw new Error(`There is no package ${archive}: package the service again`);
  }
  const bytes = readFileSync(archive);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const target = join(codeFolder, change === undefined ? hash : `${hash}-${change.name}`);
  if (!existsSync(target)) extract(bytes, target, change?.of ?? ((_name, content) => content));
  return target;
};

/** Into a folder beside the target first, so that no half-unpacked code is ever taken for whole. */
const extract = (bytes: Uint8Array, target: string, change: Change): void => {
  const unfinished = `${target}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  // Lambda's /var/task has no package.json above it; this one keeps ours from deciding what a `.js` is.
  writeInto(unfinished, 'package.json', Buffer.from('{}'));
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    if (!name.endsWith('/')) writeInto(unfinished, name, change(name, content));
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(unfinished, target);
};

const writeInto = (folder: string, name: string, content: Uint8Array): void => {
  const file = resolve(folder, name);
  if (!file.startsWith(folder + sep)) throw new Error(`The package holds a file outside its folder: ${name}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};
