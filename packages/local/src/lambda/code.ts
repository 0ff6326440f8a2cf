import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';

/** The folder with a function's unpacked code: the packaged archive's, or a folder of the archive's name. */
export const unpack = (s3Key: string, buildFolder: string, codeFolder: string): string => {
  const archive = join(buildFolder, basename(s3Key));
  if (!existsSync(archive)) {
    const folder = archive.replace(/\.zip$/, '');
    if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
    throw new Error(`There is no package ${archive}: package the service again`);
  }
  const bytes = readFileSync(archive);
  const target = join(codeFolder, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
  if (!existsSync(target)) extract(bytes, target);
  return target;
};

/** Into a folder beside the target first, so that no half-unpacked code is ever taken for whole. */
const extract = (bytes: Uint8Array, target: string): void => {
  const unfinished = `${target}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  // Lambda's /var/task has no package.json above it; this one keeps ours from deciding what a `.js` is.
  writeInto(unfinished, 'package.json', Buffer.from('{}'));
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    if (!name.endsWith('/')) writeInto(unfinished, name, content);
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
