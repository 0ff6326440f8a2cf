import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a worker runs: the first one, and what it imports. */
const FILES = ['worker', 'transport'];

/**
 * Writes the workers' program without its types into a folder, and gives where it begins. Done once, here, instead
 * of in every thread: that saves each of them 10 MB and 20 ms.
 */
export const writeProgram = (folder: string): URL => {
  mkdirSync(folder, { recursive: true });
  // Whatever stands above it must not decide what a `.js` is.
  for (const name of FILES) writeFileSync(join(folder, `${name}.mjs`), stripTypes(name));
  return pathToFileURL(join(folder, 'worker.mjs'));
};

const stripTypes = (name: string): string => {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module');
  const source = readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8');
  // The function is marked experimental and warns at its first use; Node uses it for this very file.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source).replaceAll(/from '(\.\/[\w-]+)\.ts'/g, "from '$1.mjs'");
  } finally {
    process.emitWarning = emitWarning;
  }
};
