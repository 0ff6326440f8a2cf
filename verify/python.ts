import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { exclusively } from '../packages/local/src/package/lock.ts';
import { StartError } from '../packages/local/src/start-error.ts';

const run = promisify(execFile);

/** The first minor version of Python 3 that the tools take. */
const OLDEST = 10;

/** Where to look; `PYTHON` names another one. */
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/** Debian ships Python without what makes virtual environments. */
const VERSION = 'import ensurepip, sys, venv; print(*sys.version_info[:3], sep=".")';

export interface PythonToolsOptions {
  readonly root: string;
  /** A file of exact versions; one environment is made for each, in `.emporium/python`. */
  readonly requirements: string;
  readonly signal: AbortSignal;
  /** Called with a line for the person who waits. */
  progress(line: string): void;
  /** Default: {@link CANDIDATES}, or the one that `PYTHON` names. */
  readonly candidates?: readonly string[];
}

/**
 * Makes a virtual environment with the requirements, once: it is named after the hash of what is in it.
 *
 * @returns The folder of its programs.
 * @throws StartError where there is no Python that is new enough, or the requirements can't be installed.
 */
export const pythonTools = async (options: PythonToolsOptions): Promise<string> => {
  const { root, requirements, signal } = options;
  const python = await findPython(options.candidates);
  const text = readFileSync(requirements);
  const hash = createHash('sha256').update(`${python.file} ${python.version}\0`).update(text).digest('hex');
  const name = basename(requirements, '.txt');
  const folder = join(root, '.emporium', 'python', `${name}-${hash.slice(0, 16)}`);
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    await exclusively(`${folder}.lock`, signal, async () => {
      if (existsSync(complete)) return;
      options.progress(`installing ${name} into .emporium/python`);
      // What was interrupted is begun again.
      rmSync(folder, { recursive: true, force: true });
      await install(python.file, folder, options);
      writeFileSync(complete, '');
    });
  }
  return join(folder, 'bin');
};

interface Python {
  readonly file: string;
  readonly version: string;
}

/** The first Python that is new enough. */
const findPython = async (
  candidates: readonly string[] = process.env.PYTHON === undefined ? CANDIDATES : [process.env.PYTHON],
): Promise<Python> => {
  for (const file of candidates) {
    const version = await versionOf(file);
    const [major, minor] = version?.split('.').map(Number) ?? [];
    if (version !== undefined && major === 3 && Number(minor) >= OLDEST) return { file, version };
  }
  throw new StartError(
    `This needs Python 3.${OLDEST} or newer with venv, and none of ${candidates.join(', ')} is: install it (Debian: apt-get install python3-venv), or set PYTHON to one`,
  );
};

const versionOf = async (file: string): Promise<string | undefined> => {
  try {
    return (await run(file, ['-c', VERSION])).stdout.trim();
  } catch {
    return undefined;
  }
};

const install = async (
  python: string,
  folder: string,
  { requirements, signal }: PythonToolsOptions,
): Promise<void> => {
  try {
    await run(python, ['-m', 'venv', folder], { signal });
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    await run(join(folder, 'bin', 'python'), [...pip, '--requirement', requirements], { signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '', message } = error as Error & { stderr?: string };
    const said = stderr.trim().split('\n').slice(-5).join('\n') || message;
    throw new StartError(`Installing ${requirements} failed:\n${said}`);
  }
};
