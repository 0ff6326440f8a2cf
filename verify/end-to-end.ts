import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readUsage, type Usage } from '../packages/local/src/iam/usage.ts';
import { runProgram } from '../packages/local/src/package/program.ts';
import { StartError } from '../packages/local/src/start-error.ts';
import type { PackageOptions, Stack } from './stacks.ts';

/**
 * Which permissions the end-to-end tests ask for: from the folder of a run that was made with `EMPORIUM_USAGE`, or
 * from a run of its own, which is made once for the same packages and tests.
 *
 * @throws StartError where the tests fail.
 */
export const endToEndUsage = async (
  local: readonly Stack[],
  given: string | undefined,
  options: PackageOptions,
): Promise<readonly Usage[]> => {
  if (given !== undefined) return readUsage(given);
  const folder = join(options.root, '.emporium/verify', `usage-${fingerprint(options.root, local)}`);
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    options.progress('running the end-to-end tests: which permissions do they need?');
    await runTests(folder, options);
    writeFileSync(complete, '');
  }
  return readUsage(folder);
};

const fingerprint = (root: string, local: readonly Stack[]): string => {
  const hash = createHash('sha256').update(local.map(({ buildFolder }) => basename(buildFolder)).join());
  for (const name of readdirSync(join(root, 'e2e'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.ts')) hash.update(readFileSync(join(root, 'e2e', name)));
  }
  return hash.digest('hex').slice(0, 16);
};

const runTests = async (folder: string, { root, signal }: PackageOptions): Promise<void> => {
  const log = join(folder, 'tests.log');
  const { code, output } = await runProgram({
    file: 'npm',
    args: ['test', '--', `${root}/e2e/`],
    cwd: root,
    env: { ...process.env, EMPORIUM_USAGE: folder },
    signal,
    endWith: 'SIGTERM',
  });
  signal.throwIfAborted();
  writeFileSync(log, output);
  if (code !== 0) throw new StartError(`The end-to-end tests fail, see ${log}`);
};
